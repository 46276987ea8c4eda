// Handing a meeting's lines to a phone nearby, with no signal: as a file, or as a row of QR pictures. Both are
// sealed with a key that only phones have that took this card along; lines merge by the rule of every phone.
import type { Line } from "../rules/index";
import { heldCard, linesOf, writeLines } from "../store/cards";
import { base64, unbase64 } from "../store/site_key";

const MARK = "SLG1";
/** Bytes of one picture: a cheap camera still reads it off a cracked screen. */
const PART = 420;

export class Unreadable extends Error {}

async function keyOf(card: string): Promise<CryptoKey> {
  const held = await heldCard(card);
  if (!held?.pack.handover) throw new Unreadable();
  return crypto.subtle.importKey("raw", unbase64(held.pack.handover), "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function through(body: ArrayBuffer, stream: CompressionStream | DecompressionStream): Promise<ArrayBuffer> {
  return new Response(new Blob([body]).stream().pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array>)).arrayBuffer();
}

/** Everything written on a card, small and sealed: mark, how it is packed, card, nonce, sealed text. */
export async function packed(card: string): Promise<Uint8Array<ArrayBuffer>> {
  const text = new TextEncoder().encode(JSON.stringify(await linesOf(card))).buffer;
  const squeezes = typeof CompressionStream !== "undefined";
  const body = squeezes ? await through(text, new CompressionStream("deflate")) : text;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(card), body));
  const head = new TextEncoder().encode(`${MARK}${squeezes ? "z" : "p"}${card}`);
  const whole = new Uint8Array(head.length + iv.length + sealed.length);
  whole.set(head);
  whole.set(iv, head.length);
  whole.set(sealed, head.length + iv.length);
  return whole;
}

const HEAD = MARK.length + 1 + 36;

/** Take up what another phone handed over; how many lines were new. The same thing twice adds nothing. */
export async function taken(whole: Uint8Array<ArrayBuffer>): Promise<{ card: string; fresh: number }> {
  const head = new TextDecoder().decode(whole.slice(0, HEAD));
  if (!head.startsWith(MARK) || whole.length < HEAD + 28) throw new Unreadable();
  const card = head.slice(MARK.length + 1);
  let lines: Line[];
  try {
    const iv = whole.slice(HEAD, HEAD + 12);
    const open = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await keyOf(card), whole.slice(HEAD + 12));
    const text = head[MARK.length] === "z" ? await through(open, new DecompressionStream("deflate")) : open;
    lines = JSON.parse(new TextDecoder().decode(text)) as Line[];
  } catch {
    throw new Unreadable();
  }
  const known = new Set((await linesOf(card)).map((line) => line.uid));
  const fresh = lines.filter((line) => !known.has(line.uid));
  // Unsent here too: whichever phone finds a signal first brings them in; the server counts each once.
  await writeLines(card, fresh);
  return { card, fresh: fresh.length };
}

/** The parts of a thing as texts for QR pictures: "SLG1/<what>/<part>/<parts>/<base64>". */
export function parts(whole: Uint8Array): string[] {
  const count = Math.max(1, Math.ceil(whole.length / PART));
  const what = base64(whole.slice(-6)).replace(/[+/=]/g, "x");
  return Array.from({ length: count }, (_one, i) => `${MARK}/${what}/${i + 1}/${count}/${base64(whole.slice(i * PART, (i + 1) * PART))}`);
}

/** Gathers parts in any order until the thing is whole. */
export class Gathered {
  private what = "";
  private all = 0;
  private readonly have = new Map<number, Uint8Array>();

  get done(): number {
    return this.have.size;
  }

  get of(): number {
    return this.all;
  }

  /** Takes one picture's text; false when it belongs to nothing of ours. */
  add(text: string): boolean {
    const found = /^SLG1\/([^/]+)\/(\d+)\/(\d+)\/(.+)$/.exec(text);
    if (!found) return false;
    const [, what, part, all, body] = found;
    if (what !== this.what) {
      // The other phone has gone on writing: its pictures are new, and so is the gathering.
      this.what = what;
      this.have.clear();
    }
    this.all = Number(all);
    this.have.set(Number(part), unbase64(body));
    return true;
  }

  whole(): Uint8Array<ArrayBuffer> | null {
    if (!this.all || this.have.size < this.all) return null;
    const pieces = Array.from({ length: this.all }, (_one, i) => this.have.get(i + 1) ?? new Uint8Array());
    const whole = new Uint8Array(pieces.reduce((sum, one) => sum + one.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}
