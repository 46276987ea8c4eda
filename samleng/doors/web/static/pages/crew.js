// Everything works without this file; it makes photos small before they go, and keeps them on a bad line.
(() => {
  const LONGEST = 1600, AGAIN = 20000;

  const smaller = async (file) => {
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
      return blob && blob.size < file.size ? blob : file;
    } catch {
      return file;
    }
  };

  const packed = async (form) => {
    const body = new FormData();
    for (const [name, value] of new FormData(form)) {
      if (!(value instanceof File)) body.append(name, value);
      else if (value.size) body.append(name, await smaller(value), "photo.jpg");
    }
    return body;
  };

  for (const form of document.querySelectorAll("form[data-crew]")) {
    const line = form.querySelector(".status-line");
    let body = null, timer = 0, busy = false;
    const send = async () => {
      if (busy || !body) return;
      busy = true;
      clearTimeout(timer);
      line.textContent = form.dataset.sending;
      try {
        const answer = await fetch(location.href, { method: "POST", body, headers: { "X-Crew": "1" } });
        if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
        const said = answer.headers.get("Content-Type").startsWith("application/json") ? await answer.json() : null;
        body = null;
        if (said && said.to) location.replace(said.to);
        else if (said) line.textContent = said.errors.join(" ");
        else location.reload();
      } catch {
        line.textContent = form.dataset.lost;
        timer = setTimeout(send, AGAIN);
      }
      busy = false;
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      line.textContent = form.dataset.sending;
      body = await packed(form);
      send();
    });
    addEventListener("online", send);
    addEventListener("beforeunload", (event) => { if (body) event.preventDefault(); });
  }

  // Where the phone is stays on the phone.
  const near = document.querySelector("[data-near]");
  if (near && navigator.geolocation) {
    near.hidden = false;
    const said = document.querySelector("[data-near-said]");
    near.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        const list = document.querySelector(".jobs");
        const far = (item) => {
          if (!item.dataset.at) return Infinity;
          const [lat, lon] = item.dataset.at.split(",").map(Number);
          return Math.hypot(lat - coords.latitude, (lon - coords.longitude) * Math.cos(lat * Math.PI / 180)) * 111320;
        };
        const items = [...list.children].map((item) => [far(item), item]).sort((a, b) => a[0] - b[0]);
        for (const [metres, item] of items) {
          const text = item.querySelector("[data-far]");
          if (text && metres < Infinity) text.textContent = near.dataset.metres.replace("{n}", String(Math.round(metres / 10) * 10));
          list.append(item);
        }
        said.textContent = "";
      }, () => { said.textContent = near.dataset.denied; }, { maximumAge: 60000, timeout: 15000 });
    });
  }
})();
