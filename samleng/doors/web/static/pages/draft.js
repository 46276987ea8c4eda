// Everything works without this file. It keeps what is told on the phone as it is typed, shows the steps that it
// fetched ahead where there is no signal, and sends all of it on by itself, in order, when the signal is back.
(() => {
  const place = document.getElementById("speak");
  if (!place) return;
  const NAME = "samleng-speak", STORE = "draft", KEY = "one", AHEAD = "ahead";
  const ONWARD = ["next", "place"];
  const said = (form, what) => { const line = form.querySelector(".status-line"); if (line) line.textContent = what ? line.dataset[what] : ""; };

  // One draft a phone: {queue: pages not yet sent on, each with its fields, files and all; later: what was typed
  // at steps that did not come again yet}. Beside it the pages of the steps ahead.
  const shelf = (mode) => new Promise((done, lost) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onerror = () => lost(asked.error);
    asked.onsuccess = () => done(asked.result.transaction(STORE, mode).objectStore(STORE));
  });
  const ended = (request) => new Promise((done, lost) => { request.onsuccess = () => done(request.result); request.onerror = () => lost(request.error); });
  // A private window keeps nothing; the page still does.
  const keep = async (what, key = KEY) => { try { await ended((await shelf("readwrite")).put(what, key)); } catch { /* see above */ } };
  const kept = async (key = KEY) => { try { return await ended((await shelf("readonly")).get(key)); } catch { return null; } };
  const wipe = async () => { try { await ended((await shelf("readwrite")).clear()); } catch { /* nothing was kept */ } };
  window.wipeDraft = wipe;

  const value = (item, name) => (item.fields.find(([one]) => one === name) || [])[1];
  const withToken = (item, token) => ({ ...item, fields: item.fields.map(([name, one]) => [name, name === "draft" && token ? token : one]) });
  const itemOf = (form, by) => {
    const fields = [...new FormData(form).entries()].filter(([, one]) => !(one instanceof File) || one.size);
    if (by && by.name) fields.push([by.name, by.value]);
    return { action: form.action, step: form.elements.step ? form.elements.step.value : "", fields };
  };

  // A kept page is sent on as a browser would: by a form.
  const sendOn = (item) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = item.action;
    form.enctype = "multipart/form-data";
    form.hidden = true;
    for (const [name, one] of item.fields) {
      const input = document.createElement("input");
      input.name = name;
      if (one instanceof Blob) {
        const files = new DataTransfer();
        files.items.add(one instanceof File ? one : new File([one], "file"));
        input.type = "file";
        input.files = files.files;
      } else { input.type = "hidden"; input.value = one; }
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  };
  const signal = async () => {
    if (!navigator.onLine) return false;
    try { return (await fetch("/healthz", { cache: "no-store" })).ok; } catch { return false; }
  };
  const post = async (item) => {
    const body = new FormData();
    for (const [name, one] of item.fields) body.append(name, one);
    const answer = await fetch(item.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = page.querySelector("form[data-draft]");
    return { ok: answer.ok, page, step: form ? form.elements.step.value : "", token: form ? form.elements.draft.value : "" };
  };

  let queue = [], later = {}, names = [], pages = {}, waiting = false, playing = false;

  // Pages kept while there was no signal go on one after the other, each with the draft that the one before gave.
  // Where the site asks something else than what was answered ahead, its page is shown and the rest waits for its turn.
  const play = async () => {
    if (playing || !queue.length || !(await signal())) return;
    playing = true;
    // What is being written at this moment waits for its own page.
    const open = place.querySelector("form[data-draft]"), now = open && itemOf(open);
    if (now && !queue.some((one) => one.step === now.step)) later[now.step] = now.fields;
    try {
      while (queue.length > 1) {
        const answer = await post(queue[0]);
        if (!answer.ok || answer.step !== queue[1].step) break;
        queue = [withToken(queue[1], answer.token), ...queue.slice(2)];
        await keep({ queue, later, at: Date.now() });
      }
      for (const one of queue.slice(1)) later[one.step] = one.fields;
      queue = queue.slice(0, 1);
      await keep({ queue, later, at: Date.now() });
      sendOn(queue[0]);
    } catch { /* the line went again; it goes on when it is back */ } finally { playing = false; }
  };

  const fill = (form, fields) => {
    for (const [name, one] of fields || []) {
      if (name === "draft" || name === "step" || name === "do") continue;
      for (const input of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (one instanceof Blob) {
          const files = new DataTransfer();
          [...(input.files || []), one].forEach((file) => files.items.add(file));
          if (input.type === "file") input.files = files.files;
        } else if (input.type === "radio" || input.type === "checkbox") { if (input.value === one) input.checked = true; }
        else if (input.tagName === "TEXTAREA" || input.tagName === "INPUT") input.value = one;
      }
    }
  };

  // The page of a step that was fetched while there was signal, in the place of this one.
  const show = (html, fields) => {
    const page = new DOMParser().parseFromString(html, "text/html").getElementById("speak");
    place.replaceChildren(...[...page.children].map((one) => document.importNode(one, true)));
    const form = place.querySelector("form[data-draft]");
    if (!form) return;
    fill(form, fields || later[form.elements.step.value]);
    wire(form);
    said(form, "away");
    document.dispatchEvent(new Event("step-shown"));
    const head = place.querySelector("h1");
    head.tabIndex = -1;
    head.focus();
    scrollTo(0, 0);
  };

  // Without signal: the next step if it is at hand; else this page stays, says so, and waits.
  const away = (form, item) => {
    const done = value(item, "do") || (value(item, "place") ? "place" : "");
    if (done === "back" && queue.length && pages[queue.at(-1).step]) { const last = queue.pop(); later[item.step] = item.fields; keep({ queue: [...queue, last], later, at: Date.now() }); show(pages[last.step], last.fields); return; }
    if (!ONWARD.includes(done)) { if (done !== "back") { queue = [...queue, item]; waiting = true; } said(form, "lost"); return; }
    queue = [...queue, item];
    const stop = item.fields.filter(([name]) => name === "answer").map(([, one]) => pages[`${item.step} ${one}`]).find(Boolean);
    const next = stop || pages[names[names.indexOf(item.step) + 1]];
    keep({ queue, later, at: Date.now() });
    if (next) { show(next); return; }
    waiting = true;
    said(form, "lost");
  };

  const wire = (form) => {
    let timer = 0;
    // As it is typed, photographed or spoken: a phone that dies loses nothing. It goes on like the page's own button.
    const typed = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (waiting || form.dataset.busy) return;
        const item = itemOf(form);
        item.fields.push(["do", item.step === "check" ? "show" : "next"]);
        keep({ queue: [...queue, item], later, at: Date.now() });
      }, 500);
    };
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.dataset.busy) return;
      form.dataset.busy = "1";
      clearTimeout(timer);
      const item = itemOf(form, event.submitter);
      // Changed once more while it waited: what was written last counts.
      if (waiting && queue.length && queue.at(-1).step === item.step) queue = queue.slice(0, -1);
      waiting = false;
      await keep({ queue: [...queue, item], later, at: Date.now() });
      if (await signal()) { queue = [...queue, item]; await play(); waiting = true; } else away(form, item);
      delete form.dataset.busy;
    });
  };

  // While there is signal the pages of the steps ahead are fetched, once a draft: words of the site, nothing of the draft.
  const fetchAhead = async (form) => {
    const found = (await kept(AHEAD)) || {}, key = `${location.pathname} ${form.dataset.about}`;
    pages = found.key === key ? found.pages : {};
    if (navigator.connection && navigator.connection.saveData) return;
    const base = { action: form.action, step: "", fields: [["draft", form.elements.draft.value]] };
    const one = async (name, step, more) => {
      if (pages[name]) return null;
      const answer = await post({ ...base, fields: [...base.fields, ["step", step], ...more] });
      if (!answer.ok) return null;
      pages[name] = answer.page.getElementById("speak").outerHTML;
      await keep({ key, pages }, AHEAD);
      return answer.page;
    };
    try {
      for (const step of names.filter((name) => /^(q-|words$|exposure$|who$)/.test(name))) {
        const page = await one(step, step, [["do", "show"]]);
        const stops = page && page.querySelector("form[data-stops]");
        for (const answer of stops ? stops.dataset.stops.split(" ").filter(Boolean) : []) await one(`${step} ${answer}`, step, [["answer", answer], ["do", "next"]]);
      }
    } catch { /* what came is kept */ }
  };

  const here = place.querySelector("form[data-draft]");
  if (here) {
    names = (here.dataset.ahead || "").split(" ").filter(Boolean);
    wire(here);
    kept().then((draft) => {
      later = (draft && draft.later) || {};
      const step = here.elements.step.value;
      if (later[step]) { fill(here, later[step]); delete later[step]; }
      if (names.length) fetchAhead(here);
    });
    addEventListener("online", () => { if (waiting || queue.length) play(); });
    setInterval(() => { if (waiting || queue.length) play(); }, 15000);
  }

  // What was begun here before: go on with it, or delete it; what only waited to be sent goes by itself.
  const offer = document.getElementById("kept");
  if (offer) {
    kept().then(async (draft) => {
      if (!draft || !draft.queue || !draft.queue.length) return;
      queue = draft.queue;
      later = draft.later || {};
      if (value(queue.at(-1), "do") === "send" && await signal()) { play(); return; }
      offer.hidden = false;
      offer.querySelector("[data-do=go-on]").addEventListener("click", play);
      offer.querySelector("[data-do=delete]").addEventListener("click", async () => { queue = []; await wipe(); offer.hidden = true; });
    });
  }
  if (document.querySelector("[data-sent]")) wipe();
})();
