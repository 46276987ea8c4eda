// Everything works without this file; it saves taps and waiting in the room.
(() => {
  const uuid = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
    const h = [...b].map((n) => n.toString(16).padStart(2, "0")).join("");
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
  };
  const latin = (text) => text.replace(/[០-៩]/g, (d) => String(d.charCodeAt(0) - 0x17e0));
  const say = (form, key) => {
    const line = document.querySelector("#room .status-line");
    if (line) line.textContent = key ? line.dataset[key] || "" : "";
  };

  // One request after the other, so that what was tapped first is written first.
  let waiting = Promise.resolve();
  let pending = 0;

  const swap = (html, url) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const room = page.querySelector("#room");
    if (!room) { location.assign(url); return; }
    document.querySelector("#room").replaceWith(document.adoptNode(room));
    document.title = page.title;
    // The page of one voter never stays behind the page of the next.
    history.replaceState(null, "", url);
    dress(room);
    const first = room.querySelector(".errors");
    if (first) first.focus();
    else if (room.querySelector("[data-ballot]")) scrollTo(0, 0);
  };

  const send = async (form, body, tries = 0) => {
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      if (new URL(answer.url).pathname.includes("/account/") || answer.status >= 500) { location.assign(answer.url); return; }
      const html = await answer.text();
      pending -= 1;
      if (!pending || answer.status === 422) swap(html, answer.url);
    } catch (lost) {
      say(form, "failed");
      if (form.dataset.fresh === undefined || tries > 200) { pending -= 1; form.dataset.busy = ""; return; }
      await new Promise((after) => setTimeout(after, 3000));
      await send(form, body, tries + 1);
    }
  };

  const onSwap = (form) => {
    let last = { at: 0, by: null };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const by = event.submitter;
      const fast = by === last.by && event.timeStamp - last.at < 350;
      last = { at: event.timeStamp, by };
      if (fast || form.dataset.busy) return;
      const body = new FormData(form);
      if (by && by.name) body.set(by.name, by.value);
      pending += 1;
      if (form.dataset.fresh !== undefined) renew(form);
      else form.dataset.busy = "1";
      say(form, "said");
      waiting = waiting.then(() => send(form, body));
    });
  };

  // The next person can be tapped before the last one is saved.
  const renew = (form) => {
    form.elements[form.dataset.fresh].value = uuid();
    const number = form.elements.number;
    number.value = Number(number.value) + 1;
    form.querySelector("[data-number]").textContent = number.value;
    form.querySelectorAll("input[name=special]:checked, input[name=not_counted]:checked").forEach((box) => { box.checked = false; });
  };

  // The ballot is saved by itself when the last answer is given; a moment is left to change one's mind.
  const onBallot = (form) => {
    let timer = 0;
    const radios = [...form.querySelectorAll(".ask")].filter((ask) => ask.querySelector("input[type=radio]"));
    if (!radios.length) return;
    const whole = () => radios.every((ask) => ask.querySelector(":checked"))
      && [...form.querySelectorAll("input[type=number]")].every((one) => one.value)
      && (!form.querySelector("input[name=cell]") || form.querySelector("input[name=cell]:checked"));
    form.addEventListener("change", (event) => {
      const ask = event.target.closest(".ask");
      if (ask) ask.classList.add("answered");
      clearTimeout(timer);
      if (whole()) { timer = setTimeout(() => form.requestSubmit(), 450); return; }
      const next = radios.find((one) => !one.querySelector(":checked"));
      if (ask && next && next.getBoundingClientRect().bottom > innerHeight) next.scrollIntoView({ block: "center" });
    });
    addEventListener("pagehide", () => form.reset(), { once: true });
  };

  const onCounts = (form) => {
    const line = form.querySelector(".status-line");
    const sum = () => {
      let over = false;
      form.querySelectorAll("table[data-heads]").forEach((table) => {
        const heads = Number(table.dataset.heads);
        table.querySelectorAll("tbody").forEach((row) => {
          const boxes = [...row.querySelectorAll("input")];
          const total = boxes.reduce((all, box) => all + (parseInt(latin(box.value), 10) || 0), 0);
          const out = row.querySelector("[data-sum]");
          out.textContent = boxes.some((box) => box.value) ? (heads ? `${total}/${heads}` : total) : "–";
          const wrong = heads > 0 && total > heads;
          out.parentElement.classList.toggle("over", wrong);
          over = over || wrong;
        });
      });
      line.textContent = over ? line.dataset.over : "";
    };
    form.addEventListener("input", sum);
    // Enter goes on to the next box, as on a till.
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      const all = [...form.querySelectorAll("input[inputmode]")];
      const next = all[all.indexOf(event.target) + 1];
      if (next) { event.preventDefault(); next.focus(); next.select(); }
    });
    sum();
  };

  // Ballots on paper, by the number keys alone: a digit of the scale goes on by itself, Enter everywhere.
  const onPaper = (form) => {
    const boxes = [...form.querySelectorAll(".paper input.number, .paper select, .paper input.digit")];
    const onward = (box) => {
      const row = box.closest(".paper");
      const numbered = box.classList.contains("number") && box.value.trim();
      const next = numbered ? row.querySelector("input.digit") : boxes[boxes.indexOf(box) + 1];
      if (!next) { form.querySelector(".onward button").focus(); return; }
      next.focus();
      if (next.select) next.select();
    };
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !boxes.includes(event.target)) return;
      event.preventDefault();
      onward(event.target);
    });
    if (form.dataset.oneDigit !== undefined) form.addEventListener("input", (event) => {
      if (event.target.classList.contains("digit") && /^[0-9]$/.test(latin(event.target.value))) onward(event.target);
    });
    const first = form.querySelector("[aria-invalid]") || boxes[0];
    if (first) first.focus({ preventScroll: true });
  };

  const onFilter = (input) => {
    const list = document.querySelector(input.dataset.filter);
    const plain = (text) => latin(text.normalize("NFC").replace(/[\u200b-\u200d]/g, "").toLowerCase());
    input.addEventListener("input", () => {
      const asked = plain(input.value.trim());
      list.querySelectorAll("li[data-text]").forEach((item) => { item.hidden = asked !== "" && !plain(item.dataset.text).includes(asked); });
    });
  };

  const onSlider = (input) => {
    const slider = document.createElement("input");
    slider.type = "range";
    for (const name of ["min", "max", "step"]) slider.setAttribute(name, input.getAttribute(name));
    slider.setAttribute("aria-label", input.labels[0].textContent);
    slider.value = input.value || (Number(input.min) + Number(input.max)) / 2;
    slider.addEventListener("input", () => { input.value = slider.value; });
    input.addEventListener("input", () => { slider.value = latin(input.value); });
    input.after(slider);
  };

  // Drag to order: the same form is sent as by the arrows, with the order as it lies now.
  const onDrag = (list) => {
    const form = list.closest("form");
    list.querySelectorAll("li[data-code]").forEach((item) => {
      const grip = item.firstElementChild;
      grip.classList.add("grip");
      grip.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        const start = event.clientY;
        let moved = false;
        const move = (to) => {
          if (Math.abs(to.clientY - start) > 6) { moved = true; item.classList.add("dragged"); }
          if (!moved) return;
          const others = [...list.querySelectorAll("li[data-code]")].filter((one) => one !== item);
          const before = others.find((one) => { const box = one.getBoundingClientRect(); return to.clientY < box.top + box.height / 2; });
          list.insertBefore(item, before || null);
        };
        const drop = () => {
          removeEventListener("pointermove", move);
          item.classList.remove("dragged");
          if (!moved) return;
          form.elements.order.value = [...list.querySelectorAll("li[data-code]")].map((one) => one.dataset.code).join(",");
          form.requestSubmit();
        };
        addEventListener("pointermove", move);
        addEventListener("pointerup", drop, { once: true });
        addEventListener("pointercancel", drop, { once: true });
      });
    });
  };

  const onSound = (box) => {
    const audio = box.querySelector("audio");
    const button = box.querySelector("button");
    if (!button.hidden) return;
    audio.hidden = true;
    button.hidden = false;
    button.addEventListener("click", () => { if (audio.paused) audio.play(); else audio.pause(); });
    for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, () => button.setAttribute("aria-pressed", String(!audio.paused)));
  };

  const dress = (root, first) => {
    root.querySelectorAll("form[data-swap]").forEach(onSwap);
    root.querySelectorAll("form[data-ballot]").forEach(onBallot);
    root.querySelectorAll("form[data-counts]").forEach(onCounts);
    root.querySelectorAll("form[data-paper]").forEach(onPaper);
    root.querySelectorAll("input[data-filter]").forEach(onFilter);
    root.querySelectorAll("input[data-slider]").forEach(onSlider);
    root.querySelectorAll("[data-drag]").forEach(onDrag);
    if (!first) root.querySelectorAll(".sound[data-play]").forEach(onSound);
  };
  const room = document.querySelector("#room");
  if (room) dress(room, true);
})();
