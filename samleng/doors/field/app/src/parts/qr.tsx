// QR pictures, shown and read. Reading uses the phone's own reader where it has one.
import { useEffect, useRef, useState } from "preact/hooks";
import encodeQR from "qr";
import decodeQR from "qr/decode.js";
import { t } from "../words";

export function Qr({ text, label }: { text: string; label: string }) {
  const drawn = encodeQR(text, "raw", { ecc: "low", border: 3 });
  const size = drawn.length;
  const path = drawn.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

interface Reader {
  detect(of: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

async function readerOf(): Promise<(video: HTMLVideoElement) => Promise<string>> {
  const own = (self as unknown as { BarcodeDetector?: new (given: { formats: string[] }) => Reader }).BarcodeDetector;
  if (own) {
    const reader = new own({ formats: ["qr_code"] });
    return async (video) => (await reader.detect(video))[0]?.rawValue ?? "";
  }
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    if (!brush || !video.videoWidth) return "";
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    brush.drawImage(video, 0, 0);
    const { data, width, height } = brush.getImageData(0, 0, canvas.width, canvas.height);
    try {
      return decodeQR({ data, width, height });
    } catch {
      return "";
    }
  };
}

const LOOK_MS = 120;

/** The camera, giving every text it reads, until it is taken off the screen. */
export function Camera({ read }: { read: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [wrong, tell] = useState("");
  const told = useRef(read);
  told.current = read;
  useEffect(() => {
    let stream: MediaStream | null = null;
    let over = false;
    void (async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        if (over || !video.current) return stream.getTracks().forEach((track) => track.stop());
        video.current.srcObject = stream;
        await video.current.play();
        const look = await readerOf();
        while (!over && video.current) {
          const text = await look(video.current).catch(() => "");
          if (text) told.current(text);
          await new Promise((done) => setTimeout(done, LOOK_MS));
        }
      } catch {
        tell(t("camera.not_allowed"));
      }
    })();
    return () => {
      over = true;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  return wrong ? <p class="error">{wrong}</p> : <video ref={video} class="camera" muted playsInline aria-label={t("camera.label")} />;
}
