// Everything works without this file; it makes sounds one tap and place search quicker.
(() => {
  for (const box of document.querySelectorAll(".sound[data-play]")) {
    const audio = box.querySelector("audio");
    const button = box.querySelector("button");
    audio.hidden = true;
    button.hidden = false;
    const show = () => button.setAttribute("aria-pressed", String(!audio.paused));
    button.addEventListener("click", () => {
      if (!audio.paused) { audio.pause(); audio.currentTime = 0; return; }
      document.querySelectorAll("audio").forEach((other) => other.pause());
      audio.play().catch(() => { audio.hidden = false; });
    });
    for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, show);
  }

  const errors = document.querySelector(".errors");
  if (errors) errors.focus();

  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      setTimeout(() => { delete form.dataset.sent; }, 8000);
    });
  }

  for (const find of document.querySelectorAll(".find[data-suggest]")) {
    const input = find.querySelector("input[type=search]");
    const list = find.querySelector(".list");
    const said = find.querySelector("[role=status]");
    let timer = 0, asked = "", at = -1;
    const items = () => [...list.children];
    const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const point = (to) => {
      const all = items();
      if (!all.length) return;
      at = (to + all.length) % all.length;
      all.forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
      input.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    };
    const draw = (places) => {
      list.replaceChildren(...places.map((place, i) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${i}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.url = place.url;
        item.textContent = place.text;
        if (place.hint) { const hint = document.createElement("small"); hint.textContent = place.hint; item.append(hint); }
        return item;
      }));
      list.hidden = !places.length;
      at = -1;
      input.setAttribute("aria-expanded", String(!list.hidden));
      said.textContent = said.dataset.words.replace("0", places.length);
    };
    const ask = async () => {
      const text = input.value.trim();
      if (text === asked) return;
      asked = text;
      if (text.length < 2) return close();
      try {
        const answer = await fetch(`${find.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
        if (answer.ok && asked === text) draw((await answer.json()).places);
      } catch { close(); }
    };
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 180); });
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); point(at + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); point(at - 1); }
      else if (event.key === "Escape") close();
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); location.href = items()[at].dataset.url; }
    });
    list.addEventListener("mousedown", (event) => {
      const item = event.target.closest("li");
      if (item) location.href = item.dataset.url;
    });
    input.addEventListener("blur", () => setTimeout(close, 150));
  }
})();
