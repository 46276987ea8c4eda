// Sending: lines become parcels, a parcel goes until the server has acknowledged it. Each step is on the disk
// before the next, so a killed tab, a cut line or a second tab costs nothing but time.
import type { Line } from "../rules/index";
import { countUnsent, changeCard, heldCards, markSent, unsentLines } from "../store/cards";
import { database, type KeptParcel } from "../store/database";
import { sealToSite, siteKey } from "../store/site_key";
import { seal, unlocked, unseal } from "../store/vault";
import { sendFiles } from "./files";
import { Away, isForLater, post, Refusal, type Refused } from "./server";

const MOST_LINES = 200;
/** A parcel that was not looked at, because one before it for the same card was refused. */
const BEHIND = 424;

export interface Sent {
  parcels: number;
  away: boolean;
  /** The phone is not known to the site any more. */
  unknown: boolean;
}

interface Body {
  card: string;
  lines: Line[];
  submit: boolean;
}

/** One sender at a time on this phone, whatever tabs are open. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work();
  return navigator.locks.request(name, work) as Promise<T>;
}

/**
 * Put what is unsent of a card into parcels on the disk. With `submit` the last one hands the card in, and all of
 * them are sealed to the site, so that a finished card leaves while the app is locked.
 */
export async function wrap(card: string, submit = false): Promise<void> {
  await alone(`samleng-wrap-${card}`, async () => {
    const db = await database();
    let waiting = await db.getAllFromIndex("parcels", "card", card);
    if (submit) {
      // What waits under the phone's own key is wrapped anew; should the server have it already, it counts once.
      for (const parcel of waiting) if (!parcel.away) await db.delete("parcels", parcel.uid);
      waiting = waiting.filter((parcel) => parcel.away);
    }
    const wrapped = new Set(waiting.flatMap((parcel) => parcel.lines));
    const lines = (await unsentLines(card)).filter((line) => !wrapped.has(line.uid));
    lines.sort((a, b) => (a.written_at < b.written_at ? -1 : a.written_at > b.written_at ? 1 : 0));
    const parts: Line[][] = [];
    for (let at = 0; at < lines.length; at += MOST_LINES) parts.push(lines.slice(at, at + MOST_LINES));
    if (submit && !parts.length) parts.push([]);
    for (const [index, part] of parts.entries())
      await db.put("parcels", await parcel(card, part, submit && index === parts.length - 1, index, submit));
  });
}

async function parcel(card: string, lines: Line[], submit: boolean, index: number, leaves: boolean): Promise<KeptParcel> {
  const body: Body = { card, lines, submit };
  const site = await siteKey();
  const bytes = new TextEncoder().encode(JSON.stringify({ lines, submit }));
  const away = site && leaves ? { key: site.key, sealed: await sealToSite(site, bytes) } : null;
  return {
    uid: crypto.randomUUID?.() ?? fallbackUuid(),
    card,
    submit: submit ? 1 : 0,
    lines: lines.map((line) => line.uid),
    away,
    own: away ? null : await seal(body),
    made: Date.now() + index,
    tries: 0,
    refused: "",
  };
}

function fallbackUuid(): string {
  const some = crypto.getRandomValues(new Uint8Array(16));
  some[6] = (some[6] & 0x0f) | 0x40;
  some[8] = (some[8] & 0x3f) | 0x80;
  const hex = [...some].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export const uuid = (): string => crypto.randomUUID?.() ?? fallbackUuid();

/** Send what can be sent now. Locked, only what is sealed to the site goes. */
export async function send(): Promise<Sent> {
  return alone("samleng-send", async () => {
    const sent: Sent = { parcels: 0, away: false, unknown: false };
    try {
      if (unlocked()) for (const held of await heldCards()) if (await countUnsent(held.pack.card.id)) await wrap(held.pack.card.id);
      await sendParcels(sent);
      if (!sent.unknown && !sent.away) await sendFiles();
    } catch (error) {
      if (error instanceof Away) sent.away = true;
      else if (error instanceof Refusal && error.status === 401) sent.unknown = true;
      else throw error;
    }
    return sent;
  });
}

interface Told {
  uid: string;
  status: number;
  refusals?: Refused[];
}

/** Letters that one request carries: half as many after a cut, twice as many again when it went well. */
const LEAST = 4_000;
const MOST = 64_000;
const MOST_TOGETHER = 100;
let room = MOST / 2;

async function sendParcels(sent: Sent): Promise<void> {
  const waiting = (await (await database()).getAll("parcels")).sort((a, b) => a.made - b.made);
  const stuck = new Set<string>();
  for (let at = 0; at < waiting.length; ) {
    const some: KeptParcel[] = [];
    const bodies: object[] = [];
    let size = 0;
    for (; at < waiting.length && some.length < MOST_TOGETHER; at++) {
      const parcel = waiting[at];
      // A card's parcels keep their order: what hands it in comes last.
      if (stuck.has(parcel.card)) continue;
      const body = await bodyOf(parcel);
      if (!body) {
        stuck.add(parcel.card);
        continue;
      }
      size += JSON.stringify(body).length;
      if (some.length && size > room) break;
      some.push(parcel);
      bodies.push({ uid: parcel.uid, ...body });
    }
    if (some.length) await sendTogether(some, bodies, sent, stuck);
  }
}

/** What the site is sent of a parcel; null while only the PIN opens it. */
async function bodyOf(parcel: KeptParcel): Promise<object | null> {
  if (parcel.away) return { card: parcel.card, ...parcel.away };
  return parcel.own && unlocked() ? unseal<Body>(parcel.own) : null;
}

async function sendTogether(some: KeptParcel[], bodies: object[], sent: Sent, stuck: Set<string>): Promise<void> {
  let later: Away | undefined;
  for (const [index, told] of (await answersTo(some, bodies)).entries()) {
    const parcel = some[index];
    if (told.status < 300) {
      await markSent(parcel.card, parcel.lines);
      await (await database()).delete("parcels", parcel.uid);
      sent.parcels += 1;
      continue;
    }
    stuck.add(parcel.card);
    if (isForLater(told.status)) later = new Away(String(told.status));
    else if (told.status !== BEHIND) await refusedParcel(parcel, new Refusal(told.status, told.refusals ?? []));
  }
  if (later) throw later;
}

/** What the site says to each; a refusal of the whole is one of every part. */
async function answersTo(some: KeptParcel[], bodies: object[]): Promise<Told[]> {
  try {
    const { answers } = await post<{ answers: Told[] }>("/app/parcels/", { parcels: bodies });
    room = Math.min(MOST, room * 2);
    return answers;
  } catch (error) {
    if (error instanceof Away) room = Math.max(LEAST, room / 2);
    if (!(error instanceof Refusal) || error.status === 401) throw error;
    return some.map(({ uid }) => ({ uid, status: error.status, refusals: error.many }));
  }
}

async function refusedParcel(parcel: KeptParcel, error: Refusal): Promise<void> {
  const refused = error.message || error.code || String(error.status);
  await (await database()).put("parcels", { ...parcel, tries: parcel.tries + 1, refused });
  if (unlocked()) await changeCard(parcel.card, () => ({ refused }));
}

/** How many things of a card wait to be sent. */
export async function waitingOf(card: string): Promise<number> {
  const db = await database();
  const parcels = await db.getAllFromIndex("parcels", "card", card);
  const files = (await db.getAllFromIndex("files", "card", card)).filter((file) => !file.sent).length;
  return (await countUnsent(card)) + parcels.filter((parcel) => parcel.submit && !parcel.lines.length).length + files;
}
