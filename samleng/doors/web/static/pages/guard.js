// A page of waiting sends itself: when the time is over, or sooner, when a small piece of work is done. Without this
// file its button does the same.
(() => {
  const form = document.querySelector("form[data-guard]");
  if (!form) return;
  const bits = Number(form.dataset.bits), seconds = Number(form.dataset.seconds), since = Date.now();
  const box = form.querySelector(".work"), bar = form.querySelector("progress"), button = form.querySelector("button:not([type=button])");
  const WORKER = /^\/[\w/.-]*\/guard_worker(?:\.[0-9a-f]{12})?\.js$/;
  let done = false, worked = 0, worker = null;

  const send = (nonce) => {
    if (done) return;
    done = true;
    if (worker) worker.terminate();
    bar.value = 100;
    form.elements.nonce.value = nonce;
    button.click();
  };
  const shown = () => {
    if (done) return;
    const waited = (Date.now() - since) / 1000 / seconds;
    bar.value = Math.max(bar.value, Math.min(99, 100 * Math.max(waited, worked)));
    if (waited >= 1) send("");
  };
  box.hidden = false;
  // Half a second more than was said: two clocks never agree.
  setTimeout(() => { const clock = setInterval(() => { shown(); if (done) clearInterval(clock); }, 250); }, 500);

  const start = (address) => {
    if (!WORKER.test(address)) throw new TypeError("not of this site");
    return address;
  };
  if (!bits || !self.Worker) return;
  try {
    const policy = self.trustedTypes && trustedTypes.createPolicy("samleng-guard", { createScriptURL: start });
    worker = new Worker(policy ? policy.createScriptURL(form.dataset.worker) : start(form.dataset.worker));
    worker.onmessage = ({ data }) => {
      if (data.nonce) { send(data.nonce); return; }
      // So likely it is that as many tries find one.
      worked = 1 - Math.exp(-data.tried / 2 ** bits);
    };
    worker.postMessage({ challenge: form.dataset.guard, bits });
  } catch { /* waiting is the other way */ }
})();
