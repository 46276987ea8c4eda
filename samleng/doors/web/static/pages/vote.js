// Everything works without this file; it asks one question at a time and loses no answer on a bad line.
(() => {
  // The page as it was before the look at it: "change" brings it back without asking the network.
  let before = null;

  const place = () => document.getElementById("vote");

  const swap = (html, url) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const next = page.getElementById("vote");
    if (!next) { location.replace(url); return; }
    const asked = place().querySelector(".vote");
    before = next.querySelector(".looked") && asked ? place() : null;
    place().replaceWith(document.adoptNode(next));
    document.title = page.title;
    // One entry in the history: going back never shows a ballot.
    history.replaceState(null, "", url);
    dress(next);
    scrollTo(0, 0);
    (next.querySelector(".errors") || next.querySelector("h1")).focus({ preventScroll: true });
  };

  const send = async (form, by) => {
    const line = form.querySelector(".status-line");
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    line.textContent = "";
    const body = new URLSearchParams(new FormData(form));
    if (by && by.name) body.set(by.name, by.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (answer.status >= 500) throw new Error(String(answer.status));
      swap(await answer.text(), answer.url);
    } catch {
      line.textContent = form.dataset.lost;
    }
    delete form.dataset.busy;
  };

  const oneByOne = (form) => {
    const all = [...form.querySelectorAll(".q")];
    const onward = form.querySelector(".onward");
    const look = onward.querySelector("button");
    const make = (text) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet";
      button.textContent = text;
      return button;
    };
    const back = make(form.dataset.back), next = make(form.dataset.next);
    onward.prepend(back, next);
    form.classList.add("one");
    let at = Math.max(0, all.findIndex((q) => q.classList.contains("wrong")));
    const show = (to, focus) => {
      at = Math.min(Math.max(to, 0), all.length - 1);
      all.forEach((q, i) => q.classList.toggle("now", i === at));
      back.hidden = at === 0;
      next.hidden = at === all.length - 1;
      look.hidden = at !== all.length - 1;
      if (!focus) return;
      scrollTo(0, 0);
      const legend = all[at].querySelector("legend");
      legend.tabIndex = -1;
      legend.focus({ preventScroll: true });
    };
    back.addEventListener("click", () => show(at - 1, true));
    next.addEventListener("click", () => show(at + 1, true));
    // A finger that chose has decided; arrow keys only pass by.
    let finger = 0;
    form.addEventListener("pointerdown", () => { finger = performance.now(); });
    form.addEventListener("change", (event) => {
      const here = at;
      if (event.target.type !== "radio" || performance.now() - finger > 900) return;
      setTimeout(() => { if (at === here && at < all.length - 1) show(at + 1, true); }, 350);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT" || at === all.length - 1) return;
      event.preventDefault();
      show(at + 1, true);
    });
    show(at, false);
  };

  const dress = (root) => {
    const form = root.querySelector("form[data-vote]");
    const head = root.querySelector("h1");
    if (head) head.tabIndex = -1;
    if (!form) return;
    if (form.classList.contains("vote")) oneByOne(form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (event.submitter && event.submitter.value === "change" && before) {
        const kept = before;
        before = null;
        place().replaceWith(kept);
        scrollTo(0, 0);
        return;
      }
      send(form, event.submitter);
    });
  };

  dress(place());
  addEventListener("pagehide", () => { before = null; document.querySelectorAll("form[data-vote]").forEach((form) => form.reset()); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
