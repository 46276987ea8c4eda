// Shows the messages that this site sends to a browser, and opens their page. It answers for no page and keeps none.
const own = (address) => {
  try {
    const found = new URL(address, location.origin);
    if (found.origin === location.origin) return found.href;
  } catch { /* no address of ours */ }
  return `${location.origin}/`;
};

self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data.json(); } catch { /* the browser wants something shown all the same */ }
  const actions = said.end ? [{ action: "end", title: said.stop }] : [];
  event.waitUntil(self.registration.showNotification(said.title || "Samleng", {
    body: said.body || "", tag: said.tag || "", data: { url: own(said.url || "/"), end: own(said.end || "/") }, actions,
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url, end } = event.notification.data || {};
  event.waitUntil(clients.openWindow(own(event.action === "end" ? end : url)));
});

// The service that carries the messages gave this browser a new address.
self.addEventListener("pushsubscriptionchange", (event) => {
  const old = event.oldSubscription;
  if (!old) return;
  event.waitUntil((async () => {
    const made = event.newSubscription || await self.registration.pushManager.subscribe(old.options);
    await fetch("/push/moved", { method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ old: old.endpoint, ...made.toJSON() }) });
  })());
});
