// Fetching: who holds the phone, which cards wait, a card's pack with its sounds, and what came back.
import { soundsOf, type Brief, type Pack } from "../meeting/pack";
import type { Line } from "../rules/index";
import { changeCard, filesOf, freshTable, heldCard, heldCards, keepCard, linesOf, sendAgain, writeLines, type Held, type Returned } from "../store/cards";
import { keepSiteKey, type SiteKey } from "../store/site_key";
import { say, type Words } from "../words";
import { get, Refusal } from "./server";

export const SOUNDS = "samleng-sounds";

export const waitingCards = async (): Promise<Brief[]> => (await get<{ cards: Brief[] }>("/app/cards")).cards;
export const cardByCode = async (code: string): Promise<Brief> =>
  (await get<{ card: Brief }>(`/app/cards/code/${encodeURIComponent(code)}`)).card;

/** The site's public key, for what leaves while the app is locked; a site without one gives none. */
export async function learnSiteKey(): Promise<void> {
  try {
    await keepSiteKey(await get<SiteKey>("/app/key"));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

const list = (pack: Pack, language: string): string => soundsOf(pack, language).map(({ url }) => url).join();

/** Fetch a card's pack and keep it; what is known of it already stays, and it stays ready unless sounds came. */
export async function take(id: string, table: number): Promise<Held> {
  const pack = await get<Pack>(`/app/cards/${id}/pack`);
  const known = await heldCard(id);
  const held: Held = {
    table: freshTable(table),
    after: 0,
    audio: pack.method.audio_languages[0] ?? "",
    finished: "",
    returned: [],
    refused: "",
    resealed: [],
    ...known,
    ready: Boolean(known?.ready) && list(pack, known!.audio) === list(known!.pack, known!.audio),
    pack,
    brief: pack.card,
  };
  await keepCard(held);
  await catchUp(id);
  return (await heldCard(id)) ?? held;
}

export interface Progress {
  done: number;
  all: number;
}

/** Fetch the sounds of a language that are not on the phone yet, one by one: a cut loses one at most. */
export async function takeSounds(held: Held, language: string, tell: (progress: Progress) => void): Promise<void> {
  const wanted = soundsOf(held.pack, language);
  const all = wanted.reduce((sum, sound) => sum + sound.bytes, 0);
  const kept = await caches.open(SOUNDS);
  let done = 0;
  for (const sound of wanted) {
    if (!(await kept.match(sound.url))) {
      const answer = await fetch(sound.url);
      if (!answer.ok) throw new Refusal(answer.status, []);
      await kept.put(sound.url, answer);
    }
    done += sound.bytes;
    tell({ done, all });
  }
  // What no meeting on this phone names any more was recorded anew, or its meeting has gone.
  const packs = (await heldCards()).map(({ pack }) => pack);
  const named = new Set(packs.flatMap((pack) => pack.method.audio_languages.flatMap((tag) => soundsOf(pack, tag).map(({ url }) => url))));
  for (const { url } of await kept.keys()) if (!named.has(new URL(url).pathname)) await kept.delete(url);
}

/** How many bytes of sounds are still to be fetched. */
export async function soundsMissing(pack: Pack, language: string): Promise<number> {
  const kept = await caches.open(SOUNDS);
  let missing = 0;
  for (const sound of soundsOf(pack, language)) if (!(await kept.match(sound.url))) missing += sound.bytes;
  return missing;
}

interface State {
  card: Brief;
  after: number;
  more: boolean;
  lines: Line[];
  marks: { id: string; field: string; reason: string; at: string; open: boolean }[];
  /** Parcels that were kept but could not be put on the card, with the reasons in every language. */
  refused: { uid: string; device: string; refusals: { message: Words; remedy: Words; code: string }[] }[];
}

/** Read how a card stands: lines of other phones, and what the reviewer sent back. */
export async function catchUp(id: string): Promise<void> {
  let held = await heldCard(id);
  let refused: State["refused"] = [];
  while (held) {
    const state = await get<State>(`/app/cards/${id}/state?after=${held.after}`);
    refused = state.refused;
    await writeLines(id, state.lines, 1);
    const known = (await linesOf(id)).map((line) => line.uid);
    const photos = (await filesOf(id)).filter((file) => file.kind === "photo").length;
    held = await changeCard(id, (before) => ({
      after: state.after,
      brief: state.card,
      returned: state.marks.map((mark): Returned => ({ known, photos, ...before.returned.find((one) => one.id === mark.id), ...mark })),
      refused: state.refused
        .flatMap((parcel) => parcel.refusals.map((one) => `${say(one.message)} ${say(one.remedy)}`.trim()))
        .join("\n"),
      finished: state.card.state === "running" && runsAgain(before, state) ? "" : before.finished,
    }));
    if (!state.more) break;
  }
  if (held) await resend(held, refused);
}

/** Whether a card that was finished here is to be worked on again: sent back, or not taken by the office. */
function runsAgain(before: Held, state: State): boolean {
  const news = state.marks.some((mark) => mark.open && !before.returned.some((one) => one.id === mark.id));
  return before.brief.state === "in_review" || news || state.refused.length > 0;
}

/** The site has another key than the one things were sealed to: learn the new one and send all again, once. */
async function resend(held: Held, refused: State["refused"]): Promise<void> {
  const shut = refused.filter((parcel) => parcel.refusals.some((one) => one.code === "sealed")).map((parcel) => parcel.uid);
  if (shut.every((uid) => held.resealed.includes(uid))) return;
  await learnSiteKey();
  await sendAgain(held.pack.card.id);
  await changeCard(held.pack.card.id, (before) => ({ resealed: [...before.resealed, ...shut], finished: "" }));
}

export async function catchUpAll(): Promise<void> {
  for (const held of await heldCards())
    if (!["completed", "cancelled"].includes(held.brief.state)) await catchUp(held.pack.card.id);
}
