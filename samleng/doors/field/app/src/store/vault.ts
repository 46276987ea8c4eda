// The key to what the phone keeps. The PIN opens it; nobody's PIN is stored. A copy of the key, sealed to the
// site, lets the organisation open the phone again when the PIN is forgotten.
import { isFull, keepMeta, meta, type Sealed } from "./database";

const ITERATIONS = 310_000;
const TRIES = 10;
const WAIT_MS = 15 * 60_000;

interface Lock {
  person: string;
  /** Who holds the phone, under the key: whoever finds it locked learns no name. */
  name: Sealed;
  salt: Uint8Array<ArrayBuffer>;
  iterations: number;
  wrapped: Sealed;
  /** The key sealed to the site, base64; "" where the site gave no key. */
  recovery: string;
  failed: number;
  until: number;
}

export type Opening = "open" | "wrong" | "wait" | "none";

let key: CryptoKey | null = null;
let watchers: (() => void)[] = [];

export const unlocked = (): boolean => key !== null;
export const onLock = (watcher: () => void): void => {
  watchers = [...watchers, watcher];
};

/** Forget the key; what is on the screen goes with it. */
export function lock(): void {
  key = null;
  watchers.forEach((watcher) => watcher());
}

/** The id of whoever holds the phone; null before it was opened for the first time. */
export const owner = async (): Promise<string | null> => (await meta<Lock>("lock"))?.person ?? null;

/** Their name, while the app is open. */
export async function ownName(): Promise<string> {
  const kept = await meta<Lock>("lock");
  return kept ? unseal<string>(kept.name).catch(() => "") : "";
}

async function stretched(pin: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations },
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

const imported = (raw: ArrayBuffer): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

async function sealedWith(by: CryptoKey, body: BufferSource): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, body: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, by, body) };
}

/** Make the key for this person and lock it with the PIN; `toSite` seals the copy for recovery. */
export async function found(
  person: string,
  name: string,
  pin: string,
  toSite: (raw: ArrayBuffer) => Promise<string>,
): Promise<void> {
  const raw = crypto.getRandomValues(new Uint8Array(32)).buffer;
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const wrapped = await sealedWith(await stretched(pin, salt, ITERATIONS), raw);
  const recovery = await toSite(raw);
  const fresh = await imported(raw);
  const sealed = await sealedWith(fresh, new TextEncoder().encode(JSON.stringify(name)));
  await keepMeta("lock", { person, name: sealed, salt, iterations: ITERATIONS, wrapped, recovery, failed: 0, until: 0 });
  key = fresh;
}

/** Tries that a full phone could not write down. */
let unwritten: Pick<Lock, "failed" | "until"> | null = null;

/** Write down how often a wrong PIN was tried. A full phone must open all the same: what it holds is still to be sent. */
async function counted(kept: Lock, failed: number, until: number): Promise<void> {
  try {
    await keepMeta("lock", { ...kept, failed, until });
    unwritten = null;
  } catch (error) {
    if (!isFull(error)) throw error;
    unwritten = { failed, until };
  }
}

/** Try a PIN. Ten wrong ones make the phone wait, longer each time; a restart does not shorten it. */
export async function open(pin: string, now = Date.now()): Promise<Opening> {
  const found = await meta<Lock>("lock");
  if (!found) return "none";
  const kept = { ...found, ...unwritten };
  if (kept.until > now && kept.until - now <= WAIT_MS * 64) return "wait";
  // Written down before it is tried: a phone switched off in between has still used up a try.
  await counted(kept, kept.failed + 1, kept.until);
  const raw = await unwrapped(kept, pin);
  if (raw) {
    key = await imported(raw);
    await counted(kept, 0, 0);
    return "open";
  }
  const failed = kept.failed + 1;
  const over = failed - TRIES;
  await counted(kept, failed, over >= 0 ? now + WAIT_MS * 2 ** Math.min(over, 6) : 0);
  return "wrong";
}

/** The key, if this PIN opens it. */
async function unwrapped(kept: Lock, pin: string): Promise<ArrayBuffer | null> {
  try {
    const by = await stretched(pin, kept.salt, kept.iterations);
    return await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.wrapped.iv }, by, kept.wrapped.body);
  } catch {
    return null;
  }
}

/** Lock the same key with another PIN; the app is open while this is done. */
export async function relock(oldPin: string, newPin: string): Promise<boolean> {
  const kept = await meta<Lock>("lock");
  const raw = kept && (await unwrapped(kept, oldPin));
  if (!raw) return false;
  await wrapAnew(kept, raw, newPin);
  return true;
}

/** Take up the key that the organisation has opened again, under a new PIN. */
export async function recovered(raw: ArrayBuffer, newPin: string): Promise<void> {
  const kept = await meta<Lock>("lock");
  if (!kept) throw new Error("nothing to recover");
  await wrapAnew(kept, raw, newPin);
  key = await imported(raw);
}

async function wrapAnew(kept: Lock, raw: ArrayBuffer, pin: string): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const wrapped = await sealedWith(await stretched(pin, salt, ITERATIONS), raw);
  await keepMeta("lock", { ...kept, salt, iterations: ITERATIONS, wrapped, failed: 0, until: 0 });
}

export const recoveryCopy = async (): Promise<string> => (await meta<Lock>("lock"))?.recovery ?? "";

/** The phone was reported lost: its key goes, so that nobody opens what lies here; the site's copy stays. */
export async function destroyKey(): Promise<void> {
  const kept = await meta<Lock>("lock");
  if (kept) {
    const nothing: Sealed = { iv: new Uint8Array(12), body: new ArrayBuffer(0) };
    await keepMeta("lock", { ...kept, wrapped: nothing });
  }
  lock();
}

export class Locked extends Error {}

export async function seal(thing: unknown): Promise<Sealed> {
  return sealBytes(new TextEncoder().encode(JSON.stringify(thing)));
}

export async function sealBytes(body: BufferSource): Promise<Sealed> {
  if (!key) throw new Locked();
  return sealedWith(key, body);
}

export async function unseal<T>(sealed: Sealed): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await unsealBytes(sealed))) as T;
}

export async function unsealBytes(sealed: Sealed): Promise<ArrayBuffer> {
  if (!key) throw new Locked();
  return crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, key, sealed.body);
}
