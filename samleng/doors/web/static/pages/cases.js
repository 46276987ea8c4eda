// Everything works without this file; it lets quick hands leave the mouse alone.
(() => {
  const list = document.querySelector("[data-desk]");
  const help = document.querySelector("[data-keys]");
  const AT = "samleng-desk";
  const store = (name, value) => { try { if (value === undefined) return sessionStorage.getItem(name); sessionStorage.setItem(name, value); } catch { /* kept by nobody, then */ } return null; };
  const onKeys = (keys) => document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]),textarea,select,audio")) return;
    // Enter presses what has the focus; only where nothing has it, it opens the case one stands on.
    const act = event.key === "Enter" && event.target !== document.body ? null : keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  const helped = () => { if (help) { help.open = !help.open; help.scrollIntoView({ block: "nearest" }); } };
  if (help) help.hidden = false;

  // One case: what can be done by its number, and back to the list as it was.
  const acts = document.querySelector("[data-acts]");
  if (acts || (help && !list)) {
    const keys = { "?": helped, u: () => { location.href = store(`${AT}-list`) || (acts ? acts.dataset.list : document.querySelector(".crumbs a").href); } };
    [...(acts ? acts.querySelectorAll(":scope > li a, :scope > li button") : [])].slice(0, 9).forEach((one, i) => { keys[String(i + 1)] = () => (one.tagName === "A" ? one.click() : one.focus()); });
    onKeys(keys);
  }
  if (list) {
    const rows = [...list.querySelectorAll("tbody tr")];
    const box = (row) => row.querySelector("input[type=checkbox]");
    const chosen = document.querySelector("[data-chosen]");
    const link = (row) => row.querySelector("a").pathname;
    // Where one was before a case was opened or many were done; the next one is a key away.
    let at = rows.findIndex((row) => link(row) === store(AT));
    if (at >= 0) { rows[at].classList.add("here"); rows[at].scrollIntoView({ block: "nearest" }); }
    store(`${AT}-list`, location.pathname + location.search);
    const count = () => { if (chosen) chosen.textContent = rows.filter((row) => box(row).checked).length || ""; };
    const go = (to) => {
      if (!rows.length) return;
      if (at >= 0) rows[at].classList.remove("here");
      at = Math.max(0, Math.min(rows.length - 1, to));
      rows[at].classList.add("here");
      rows[at].querySelector("a").focus({ preventScroll: true });
      rows[at].scrollIntoView({ block: "nearest" });
      store(AT, link(rows[at]));
    };
    list.addEventListener("change", count);
    list.addEventListener("focusin", (event) => {
      const row = rows.indexOf(event.target.closest("tr"));
      if (row >= 0) store(AT, link(rows[row]));
      if (row >= 0 && row !== at) { if (at >= 0) rows[at].classList.remove("here"); at = row; rows[at].classList.add("here"); }
    });
    const keys = {
      j: () => go(at + 1),
      k: () => go(at < 0 ? 0 : at - 1),
      o: () => { if (at >= 0) rows[at].querySelector("a").click(); },
      Enter: () => { if (at >= 0) rows[at].querySelector("a").click(); },
      x: () => { if (at >= 0) { box(rows[at]).checked = !box(rows[at]).checked; count(); } },
      a: () => document.querySelector("#person")?.focus(),
      n: () => document.querySelector("a[rel=next]")?.click(),
      f: () => document.querySelector("a[data-first]")?.click(),
      v: () => document.querySelector("#view-name")?.focus(),
      "/": () => document.querySelector("#reference")?.focus(),
      "?": helped,
    };
    onKeys(keys);
    count();
  }

  // Black out by dragging; what is drawn stands in the number fields, which alone are sent.
  const photo = document.querySelector("[data-black]");
  if (photo) {
    const canvas = document.createElement("canvas");
    photo.append(canvas);
    const lines = [...document.querySelectorAll("[data-area]")];
    const fields = (line) => [...line.querySelectorAll("input")];
    const read = (line) => fields(line).map((field) => parseFloat(field.value));
    const whole = (area) => area.every((n) => !Number.isNaN(n)) && area[2] > 0 && area[3] > 0;
    const draw = (extra) => {
      canvas.width = photo.clientWidth; canvas.height = photo.clientHeight;
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#000";
      for (const area of [...lines.map(read), extra].filter((one) => one && whole(one)))
        pen.fillRect(area[0] / 100 * canvas.width, area[1] / 100 * canvas.height, area[2] / 100 * canvas.width, area[3] / 100 * canvas.height);
    };
    const spot = (event) => {
      const frame = canvas.getBoundingClientRect();
      const part = (n, size) => Math.max(0, Math.min(100, n / size * 100));
      return [part(event.clientX - frame.left, frame.width), part(event.clientY - frame.top, frame.height)];
    };
    const area = (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
    let start = null;
    canvas.addEventListener("pointerdown", (event) => { start = spot(event); canvas.setPointerCapture(event.pointerId); });
    canvas.addEventListener("pointermove", (event) => { if (start) draw(area(start, spot(event))); });
    canvas.addEventListener("pointerup", (event) => {
      if (!start) return;
      const found = area(start, spot(event));
      start = null;
      const free = lines.find((line) => !whole(read(line)));
      if (free && found[2] > 0.5 && found[3] > 0.5) fields(free).forEach((field, i) => { field.value = found[i].toFixed(1); });
      draw();
    });
    for (const line of lines) line.addEventListener("input", () => draw());
    addEventListener("resize", () => draw());
    const image = photo.querySelector("img");
    if (image.complete) draw(); else image.addEventListener("load", () => draw());
  }
})();
