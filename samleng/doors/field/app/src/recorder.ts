// Recording a voice on the phone, in what its browser records: WebM on Android, MP4 on an iPhone.

const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const LONGEST_MS = 120_000;

export interface Recording {
  stop: () => Promise<Blob>;
}

export const canRecord = (): boolean => typeof MediaRecorder !== "undefined" && Boolean(navigator.mediaDevices?.getUserMedia);

export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? "";
  const recorder = new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: 24_000 });
  const parts: Blob[] = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const ended = new Promise<Blob>((done) => {
    recorder.onstop = () => {
      stream.getTracks().forEach((track) => track.stop());
      done(new Blob(parts, { type: (recorder.mimeType || mimeType).split(";")[0] }));
    };
  });
  recorder.start(1000);
  const clock = setTimeout(() => recorder.state === "recording" && recorder.stop(), LONGEST_MS);
  return {
    stop: () => {
      clearTimeout(clock);
      if (recorder.state !== "inactive") recorder.stop();
      return ended;
    },
  };
}
