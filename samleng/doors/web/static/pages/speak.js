// Everything works without this file. It finds where one is, helps to search, and lets nothing be seen of it
// when somebody has to leave at once.
(() => {
  const place = document.getElementById("speak");
  if (!place) return;
  const said = (box, text) => { if (box) box.textContent = text || ""; };

  // Away at once, by the link or by Escape three times: nothing to be seen, nothing kept, and no way back to here.
  const way = document.querySelector("[data-leave]");
  const leave = async () => {
    document.body.hidden = true;
    document.title = "";
    document.querySelectorAll("form").forEach((form) => form.reset());
    await Promise.race([window.wipeDraft ? window.wipeDraft() : null, new Promise((done) => setTimeout(done, 400))]);
    location.replace(way.href);
  };
  if (way) {
    way.addEventListener("click", (event) => { event.preventDefault(); leave(); });
    let escapes = [];
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.repeat) { escapes = []; return; }
      escapes = [...escapes.filter((at) => event.timeStamp - at < 2000), event.timeStamp];
      if (escapes.length > 2) leave();
    }, true);
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  const gps = document.querySelector("[data-gps]");
  if (gps) gps.hidden = false;
  if (gps && navigator.geolocation) {
    const line = gps.querySelector(".said");
    gps.querySelector("button").addEventListener("click", () => {
      said(line, gps.dataset.asking);
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          document.getElementById("lat").value = coords.latitude.toFixed(5);
          document.getElementById("lon").value = coords.longitude.toFixed(5);
          said(line, gps.dataset.found);
          document.dispatchEvent(new Event("point-found"));
        },
        () => said(line, gps.dataset.failed),
        { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
      );
    });
  }

  const typed = document.querySelector("[data-suggest-place]");
  if (typed) {
    const list = document.getElementById("suggested");
    let timer = 0, asked = "";
    const ask = async () => {
      const text = typed.value.trim();
      if (text === asked) return;
      asked = text;
      if (text.length < 2) { list.hidden = true; return; }
      try {
        const answer = await fetch(`${place.dataset.places}?q=${encodeURIComponent(text)}`);
        const { places } = await answer.json();
        if (asked !== text) return;
        list.replaceChildren(...places.map((one) => {
          const item = document.createElement("li"), button = document.createElement("button"), words = document.createElement("span"), name = document.createElement("b");
          button.className = "tile";
          button.name = "place";
          button.value = one.id;
          name.textContent = one.text;
          words.append(name);
          if (one.hint) { const hint = document.createElement("span"); hint.className = "soft"; hint.textContent = one.hint; words.append(hint); }
          button.append(words);
          item.append(button);
          return item;
        }));
        list.hidden = !places.length;
      } catch { list.hidden = true; }
    };
    typed.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 250); });
  }

  // Type-ahead over categories: the page that a search gives, without leaving this one.
  const search = document.querySelector("form[data-categories]"), found = document.getElementById("found");
  if (search && found) {
    const input = search.querySelector("input[type=search]");
    let timer = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const asked = new URLSearchParams(new FormData(search));
        try {
          const page = new DOMParser().parseFromString(await (await fetch(`${search.action}?${asked}`)).text(), "text/html");
          const next = page.getElementById("found");
          if (next && input.value === asked.get("q")) found.replaceChildren(...next.childNodes);
        } catch { /* the button still searches */ }
      }, 250);
    });
  }

  // A receipt scanned from its QR stands behind the #, which no browser sends; it is put into the field here.
  const receipt = document.querySelector("[data-receipt] input");
  if (receipt && /^#\d{18}$/.test(location.hash)) {
    receipt.value = location.hash.slice(1).replace(/(\d{3})(?=\d)/g, "$1 ");
    history.replaceState(null, "", location.pathname);
  }
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
