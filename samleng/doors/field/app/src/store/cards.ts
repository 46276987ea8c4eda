// Cards and their lines on this phone. A line is on the disk before anybody is told that it is saved.
import type { Brief, Pack } from "../meeting/pack";
import type { Line } from "../rules/index";
import { database, type KeptFile } from "./database";
import { seal, sealBytes, unseal, unsealBytes } from "./vault";

/** A mark of the reviewer: which field, why, and what this phone had when it came. */
export interface Returned {
  id: string;
  field: string;
  reason: string;
  at: string;
  /** Whether the office still waits for an answer. */
  open: boolean;
  known: string[];
  photos: number;
}

/** What the phone knows of a card besides its lines. */
export interface Held {
  pack: Pack;
  brief: Brief;
  /** This phone's table in the meeting: a short code that sorts by its number, "2-k3f9". */
  table: string;
  /** The last line of the server's that this phone has read. */
  after: number;
  audio: string;
  ready: boolean;
  /** Finished here and not taken back: "" or the moment. */
  finished: string;
  returned: Returned[];
  refused: string;
  /** Parcels the office could not unseal, whose lines were put up for sending again. */
  resealed: string[];
}

/** The number a table goes by: 1, 2, 3 ... */
export const tableNumber = (held: Held): number => Number(held.table.split("-")[0]) || 1;

export function freshTable(number: number): string {
  const some = crypto.getRandomValues(new Uint8Array(4));
  return `${number}-${[...some].map((byte) => (byte % 36).toString(36)).join("")}`;
}

export async function heldCards(): Promise<Held[]> {
  const kept = await (await database()).getAll("cards");
  return Promise.all(kept.map((card) => unseal<Held>(card.sealed)));
}

export async function heldCard(id: string): Promise<Held | null> {
  const kept = await (await database()).get("cards", id);
  return kept ? unseal<Held>(kept.sealed) : null;
}

const DAY_MS = 86_400_000;

export async function keepCard(held: Held): Promise<void> {
  const over = held.brief.state === "completed" || held.brief.state === "cancelled";
  const db = await database();
  const before = await db.get("cards", held.pack.card.id);
  const goes = over ? before?.goes || Date.now() + held.pack.method.retention_days * DAY_MS : 0;
  await db.put("cards", { id: held.pack.card.id, sealed: await seal(held), goes });
}

/** Change what is kept of a card, reading it again first: two tabs may be open. */
export async function changeCard(id: string, change: (held: Held) => Partial<Held>): Promise<Held | null> {
  const held = await heldCard(id);
  if (!held) return null;
  const changed = { ...held, ...change(held) };
  await keepCard(changed);
  return changed;
}

export async function linesOf(card: string): Promise<Line[]> {
  const kept = await (await database()).getAllFromIndex("lines", "card", card);
  return Promise.all(kept.map((line) => unseal<Line>(line.sealed)));
}

export async function unsentLines(card: string): Promise<Line[]> {
  const kept = await (await database()).getAllFromIndex("lines", "unsent", [card, 0]);
  return Promise.all(kept.map((line) => unseal<Line>(line.sealed)));
}

export async function countUnsent(card: string): Promise<number> {
  return (await database()).countFromIndex("lines", "unsent", [card, 0]);
}

/** Lay lines on the disk, all or none; returns only when they are there. */
export async function writeLines(card: string, lines: Line[], sent: 0 | 1 = 0): Promise<void> {
  const sealed = await Promise.all(lines.map(async (line) => ({ card, uid: line.uid, sent, sealed: await seal(line) })));
  const write = (await database()).transaction("lines", "readwrite", { durability: "strict" });
  for (const line of sealed) {
    const known = await write.store.get([card, line.uid]);
    // What the server already has stays sent; a line never changes.
    if (!known) await write.store.put(line);
    else if (sent && !known.sent) await write.store.put({ ...known, sent });
  }
  await write.done;
}

export async function markSent(card: string, uids: string[]): Promise<void> {
  const write = (await database()).transaction("lines", "readwrite", { durability: "strict" });
  for (const uid of uids) {
    const line = await write.store.get([card, uid]);
    if (line) await write.store.put({ ...line, sent: 1 });
  }
  await write.done;
}

/** Everything of a card is to be sent once more: the server counts what it has already but once. */
export async function sendAgain(card: string): Promise<void> {
  const write = (await database()).transaction("lines", "readwrite", { durability: "strict" });
  for (const line of await write.store.index("card").getAll(card)) await write.store.put({ ...line, sent: 0 });
  await write.done;
}

export async function filesOf(card: string): Promise<KeptFile[]> {
  return (await database()).getAllFromIndex("files", "card", card);
}

export async function keepFile(
  given: { uid: string; card: string; kind: "photo" | "sound"; about: string },
  blob: Blob,
): Promise<void> {
  const sealed = await sealBytes(await blob.arrayBuffer());
  const row: KeptFile = { ...given, type: blob.type, length: blob.size, sealed, address: "", sent: 0 };
  const write = (await database()).transaction("files", "readwrite", { durability: "strict" });
  if (!(await write.store.get(given.uid))) await write.store.put(row);
  await write.done;
}

export async function fileBlob(uid: string): Promise<Blob | null> {
  const row = await (await database()).get("files", uid);
  return row ? new Blob([await unsealBytes(row.sealed)], { type: row.type }) : null;
}

export async function dropFile(uid: string): Promise<void> {
  await (await database()).delete("files", uid);
}

let drafting: Promise<void> = Promise.resolve();

/** Drafts one after the other: sealing takes longer for some, and an older one must not come to lie on a newer. */
function inTurn(work: () => Promise<void>): Promise<void> {
  drafting = drafting.then(work, work);
  return drafting;
}

/** What is being typed and is not a line yet: it survives a killed tab. */
export const keepDraft = (id: string, thing: unknown): Promise<void> =>
  inTurn(async () => {
    await (await database()).put("drafts", { id, sealed: await seal(thing) });
  });

export async function draft<T>(id: string): Promise<T | null> {
  const kept = await (await database()).get("drafts", id);
  return kept ? unseal<T>(kept.sealed) : null;
}

export const dropDraft = (id: string): Promise<void> =>
  inTurn(async () => {
    await (await database()).delete("drafts", id);
  });

/** Remove what the programme's days allow no longer; nothing unsent is ever removed. */
export async function forgetOld(now = Date.now()): Promise<string[]> {
  const db = await database();
  const gone: string[] = [];
  for (const card of await db.getAll("cards")) {
    if (!card.goes || card.goes > now) continue;
    const waiting =
      (await countUnsent(card.id)) +
      (await db.countFromIndex("parcels", "card", card.id)) +
      (await filesOf(card.id)).filter((file) => !file.sent).length;
    if (waiting) continue;
    await forget(card.id);
    gone.push(card.id);
  }
  return gone;
}

async function forget(card: string): Promise<void> {
  const db = await database();
  const write = db.transaction(["cards", "lines", "files", "drafts"], "readwrite");
  for (const key of await write.objectStore("lines").index("card").getAllKeys(card))
    await write.objectStore("lines").delete(key);
  for (const key of await write.objectStore("files").index("card").getAllKeys(card))
    await write.objectStore("files").delete(key);
  for (const key of await write.objectStore("drafts").getAllKeys())
    if (key.startsWith(`${card}/`)) await write.objectStore("drafts").delete(key);
  await write.objectStore("cards").delete(card);
  await write.done;
}
