// Sealing to the site: only the server opens it. P-256, HKDF-SHA-256 and AES-256-GCM, which every phone since
// Chrome 87 and Safari 14 has built in: ephemeral public key (65 bytes), nonce (12), sealed text.
import { keepMeta, meta } from "./database";

export interface SiteKey {
  key: string;
  public: string;
}

export const base64 = (raw: ArrayBuffer | Uint8Array): string => {
  const all = raw instanceof Uint8Array ? raw : new Uint8Array(raw);
  let text = "";
  for (let at = 0; at < all.length; at += 0x8000) text += String.fromCharCode(...all.subarray(at, at + 0x8000));
  return btoa(text);
};

export const unbase64 = (text: string): Uint8Array<ArrayBuffer> => {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const all = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) all[i] = raw.charCodeAt(i);
  return all;
};

export const siteKey = (): Promise<SiteKey | undefined> => meta<SiteKey>("site-key");
export const keepSiteKey = (key: SiteKey): Promise<void> => keepMeta("site-key", key);

export async function sealToSite(site: SiteKey, body: BufferSource): Promise<string> {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const theirs = await crypto.subtle.importKey("raw", unbase64(site.public), curve, false, []);
  const ours = await crypto.subtle.generateKey(curve, true, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("samleng parcel");
  const by = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, by, body));
  const open = new Uint8Array(await crypto.subtle.exportKey("raw", ours.publicKey));
  const whole = new Uint8Array(open.length + iv.length + sealed.length);
  whole.set(open);
  whole.set(iv, open.length);
  whole.set(sealed, open.length + iv.length);
  return base64(whole);
}
