// When the phone sends: at once when something is finished, when the signal comes back, and now and then.
import { changed } from "../meeting/use";
import { isFull } from "../store/database";
import { Locked, unlocked } from "../store/vault";
import { catchUpAll } from "./fetch";
import { send, type Sent } from "./send";
import { Away, Refusal } from "./server";

const EVERY_MS = 60_000;
const SOONEST_MS = 3_000;
let last: Sent & { at: number } = { parcels: 0, away: !navigator.onLine, unknown: false, at: 0 };
let running = false;
let pause = SOONEST_MS;
let again = false;

export const lastSent = (): Sent & { at: number } => last;

export function sendSoon(): void {
  if (running) {
    again = true;
    return;
  }
  running = true;
  void once().finally(() => {
    running = false;
    if (again) {
      again = false;
      sendSoon();
    }
  });
}

async function once(): Promise<void> {
  let sent: Sent;
  try {
    sent = await send();
    if (unlocked() && !sent.away && !sent.unknown) await catchUpAll();
  } catch (error) {
    // Locked in the middle: what was sent is sent, the rest waits.
    if (error instanceof Locked) return;
    const refused = error instanceof Refusal && error.status === 401;
    // A full phone says so where something is written; here it waits like one without a signal.
    const later = error instanceof Away || isFull(error);
    if (!later && !refused) throw error;
    sent = { parcels: 0, away: later, unknown: false };
  }
  last = { ...sent, at: Date.now() };
  changed();
  // A signal that comes and goes: soon again, then less often, so that the battery lasts.
  if (sent.away && navigator.onLine) {
    setTimeout(sendSoon, pause);
    pause = Math.min(pause * 2, EVERY_MS);
  } else pause = SOONEST_MS;
}

/** Begin to send by itself; with background sync where the phone has it, also when the app is closed. */
export function keepSending(): void {
  addEventListener("online", sendSoon);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") sendSoon();
  });
  setInterval(() => {
    if (document.visibilityState === "visible") sendSoon();
  }, EVERY_MS);
  void navigator.serviceWorker?.ready.then((registration) => {
    const sync = (registration as ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }).sync;
    void sync?.register("samleng-send").catch(() => undefined);
  });
  sendSoon();
}
