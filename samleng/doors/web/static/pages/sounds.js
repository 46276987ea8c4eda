// Records a text in the browser. Without this file, or without a microphone, a sound file is chosen instead.
(() => {
  const form = document.querySelector("form[data-recorder]");
  if (!form || !window.MediaRecorder || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
  // AAC first where a browser can write it: every phone plays it, also old iPhones.
  const KINDS = ["audio/mp4;codecs=mp4a.40.2", "audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
  const LONGEST_MS = 300000;
  const box = form.querySelector(".recorder"), audio = box.querySelector("audio"), said = box.querySelector(".said");
  const at = (name) => box.querySelector(`[data-do=${name}]`);
  let recorder = null, take = null, clock = 0;

  box.hidden = false;
  form.querySelector("details.file").open = Boolean(form.querySelector(".error"));
  const show = (...names) => ["record", "stop", "keep", "again"].forEach((one) => { at(one).hidden = !names.includes(one); });
  const tell = (text) => { said.textContent = text; };

  const begin = async () => {
    document.querySelectorAll("audio").forEach((one) => one.pause());
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
    } catch {
      form.querySelector("details.file").open = true;
      return tell(form.dataset.denied);
    }
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const parts = [];
    recorder = new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: 24000 });
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      clearInterval(clock);
      stream.getTracks().forEach((track) => track.stop());
      take = new Blob(parts, { type: (recorder.mimeType || mimeType || "").split(";")[0] });
      URL.revokeObjectURL(audio.src);
      audio.src = URL.createObjectURL(take);
      audio.hidden = false;
      tell("");
      show("keep", "again");
      at("keep").focus();
    };
    recorder.start(1000);
    const since = Date.now();
    const tick = () => {
      const ms = Date.now() - since;
      tell(`${form.dataset.running} ${Math.floor(ms / 1000)}`);
      if (ms > LONGEST_MS && recorder.state === "recording") recorder.stop();
    };
    tick();
    clock = setInterval(tick, 500);
    audio.hidden = true;
    show("stop");
    at("stop").focus();
  };

  // Whoever signed in again meanwhile has another token against forgery; this page still holds the old one.
  const renew = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const fresh = page.querySelector("form[data-recorder] [name=csrfmiddlewaretoken]");
    if (fresh) form.querySelector("[name=csrfmiddlewaretoken]").value = fresh.value;
    return Boolean(fresh);
  };

  const send = async () => {
    const body = new FormData(form);
    body.set("file", take, `take.${take.type.split("/")[1] || "webm"}`);
    const answer = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
    const spoken = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return spoken ? answer.json() : null;
  };

  const keep = async () => {
    at("keep").disabled = at("again").disabled = true;
    tell(form.dataset.sending);
    try {
      const { next, wrong } = (await send()) || ((await renew()) && (await send())) || { wrong: form.dataset.out };
      if (next) { location.assign(next); return; }
      tell(wrong);
    } catch {
      tell(form.dataset.lost);
    }
    at("keep").disabled = at("again").disabled = false;
  };

  at("record").addEventListener("click", begin);
  at("again").addEventListener("click", begin);
  at("stop").addEventListener("click", () => recorder && recorder.state !== "inactive" && recorder.stop());
  at("keep").addEventListener("click", keep);
})();
