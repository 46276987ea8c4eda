// Alerts on this very device: asks the browser, and fills in what it gives. Without this file the other ways stay.
(() => {
  const box = document.querySelector("[data-push]");
  if (!box) return;
  const form = box.closest("form"), WORKER = "/push/worker.js";
  const show = (...what) => { for (const one of document.querySelectorAll("[data-when]")) one.hidden = !what.includes(one.dataset.when); };
  const sure = (address) => { if (address !== WORKER) throw new TypeError("not of this site"); return address; };
  const policy = self.trustedTypes && trustedTypes.createPolicy("samleng-push", { createScriptURL: sure });
  const asked = (address) => Promise.race([address, new Promise((_, lost) => setTimeout(() => lost(new Error("slow")), 20000))]);
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const same = (one, other) => one && one.byteLength === other.length && new Uint8Array(one).every((part, i) => part === other[i]);

  // Only a worker that is up may be asked for an address.
  const up = async (registered) => {
    const worker = registered.active || registered.waiting || registered.installing;
    if (worker.state !== "activated") await new Promise((done) => worker.addEventListener("statechange", () => worker.state === "activated" && done()));
    return registered;
  };
  const found = async () => (await navigator.serviceWorker.getRegistration("/push/"))?.pushManager.getSubscription();
  const subscribed = async () => {
    const registered = await navigator.serviceWorker.register(policy ? policy.createScriptURL(WORKER) : WORKER, { scope: "/push/" });
    await up(registered);
    const key = bytes(box.dataset.push), before = await registered.pushManager.getSubscription();
    if (before && same(before.options.applicationServerKey, key)) return before;
    // Made for a key that the site has no more.
    if (before) await before.unsubscribe();
    return registered.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  };

  const look = async () => {
    if (!self.isSecureContext || !navigator.serviceWorker || !self.PushManager || !self.Notification) return show("none");
    if (Notification.permission === "denied") return show("denied");
    const here = Notification.permission === "granted" && await found();
    if (here) for (const one of document.querySelectorAll("[data-endpoint]")) one.value = here.endpoint;
    show("can", here ? "on" : "");
  };

  box.addEventListener("click", async (event) => {
    const button = event.target.closest("button[name=way]");
    if (!button || form.dataset.filled) return;
    event.preventDefault();
    show("asking");
    try {
      const said = await Notification.requestPermission();
      if (said !== "granted") return show(said === "denied" ? "denied" : "can");
      const { endpoint, keys } = (await asked(subscribed())).toJSON();
      Object.assign(form.elements.endpoint, { value: endpoint });
      Object.assign(form.elements.p256dh, { value: keys.p256dh });
      Object.assign(form.elements.auth, { value: keys.auth });
      form.dataset.filled = "1";
      button.click();
    } catch { show("lost"); }
  });
  for (const one of document.querySelectorAll("form[data-device-end]")) {
    one.addEventListener("submit", () => { found().then((here) => here && here.unsubscribe()); });
  }
  look().catch(() => show("none"));
})();
