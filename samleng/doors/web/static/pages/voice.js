// A recording of one's voice, into the field that takes a file as well: that field works without this.
(() => {
  const said = (box, text) => { if (box) box.textContent = text || ""; };
  const wire = () => {
  const box = document.querySelector("[data-record]:not([data-wired])");
  if (box && window.MediaRecorder && navigator.mediaDevices && navigator.mediaDevices.getUserMedia) {
    const KINDS = ["audio/mp4;codecs=mp4a.40.2", "audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
    const LONGEST_MS = 300000;
    const at = (name) => box.querySelector(`[data-do=${name}]`), line = box.querySelector(".said");
    box.dataset.wired = "1";
    box.querySelector(".recorder").hidden = false;
    let recorder = null, clock = 0;
    at("stop").addEventListener("click", () => { if (recorder && recorder.state === "recording") recorder.stop(); });
    at("record").addEventListener("click", async () => {
      let stream;
      try { stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } }); } catch { said(line, box.dataset.denied); return; }
      const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)), parts = [], since = Date.now();
      recorder = new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: 24000 });
      recorder.ondataavailable = (event) => parts.push(event.data);
      recorder.onstop = () => {
        clearInterval(clock);
        stream.getTracks().forEach((track) => track.stop());
        const type = (recorder.mimeType || mimeType || "audio/webm").split(";")[0], files = new DataTransfer();
        files.items.add(new File(parts, `voice.${type.split("/")[1]}`, { type }));
        const input = box.querySelector("input[type=file]");
        input.files = files.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
        at("stop").hidden = true;
        at("record").hidden = false;
        said(line, box.dataset.done);
      };
      recorder.start(1000);
      at("record").hidden = true;
      at("stop").hidden = false;
      at("stop").focus();
      clock = setInterval(() => {
        said(line, `${box.dataset.running} ${Math.floor((Date.now() - since) / 1000)}`);
        if (Date.now() - since > LONGEST_MS && recorder.state === "recording") recorder.stop();
      }, 500);
    });
  }
  };
  wire();
  document.addEventListener("step-shown", wire);
})();
