// Every word of the app, in the reader's language, fetched once and kept for the time without a signal.

export type Words = Record<string, string>; // {"km": "...", "en": "..."}
type Entry = string | { one: string; other: string };

let said: Record<string, Entry> = {};
let tag = "km";

export const language = (): string => tag;

/** The words of a language become what `t` says; the page says which language it is in. */
export async function speak(wanted: string): Promise<void> {
  await learn(wanted);
  tag = wanted;
  document.documentElement.lang = wanted;
}

/** Fetch words on top of those that are known; those of a screen that needs a signal come with it ("km/vote"). */
export async function learn(which: string): Promise<void> {
  const answer = await fetch(`/app/words/${which}.json`);
  if (!answer.ok) throw new Error(`words ${answer.status}`);
  said = { ...said, ...((await answer.json()) as Record<string, Entry>) };
}

/** A phrase by its key, with %(name)s filled in; `n` also chooses between one and many. */
export function t(key: string, given: Record<string, string | number> = {}): string {
  const entry = said[key];
  if (entry === undefined) return key;
  const phrase = typeof entry === "string" ? entry : given.n === 1 ? entry.one : entry.other;
  return phrase.replace(/%\((\w+)\)s/g, (_whole, name: string) => String(given[name] ?? ""));
}

/** A text of the pack in the reader's language, else in English, else in any it has. */
export function say(words: Words | undefined | null): string {
  if (!words) return "";
  return words[tag] || words.en || Object.values(words).find(Boolean) || "";
}

const KHMER = "០១២៣៤៥៦៧៨៩";

/** Digits typed in either script as Latin ones; zero-width spaces go. */
export const latin = (typed: string): string =>
  typed.replace(/[០-៩]/g, (digit) => String(KHMER.indexOf(digit))).replace(/[\u200b-\u200d\ufeff]/g, "").trim();

/** A whole number as typed, in either script; null for none, NaN for what is no number. */
export function whole(typed: string): number | null {
  const plain = latin(typed);
  return plain === "" ? null : /^\d{1,6}$/.test(plain) ? Number(plain) : NaN;
}

/** Text as it is compared in a search: no zero-width signs, one case, single blanks. */
export const searchable = (text: string): string =>
  text.normalize("NFC").replace(/[\u200b-\u200d\ufeff]/g, "").toLowerCase().replace(/\s+/g, " ").trim();

/** The day that the phone's clock shows at a moment: the people in the room have that one, whatever UTC says. */
export const dayOf = (moment: Date): string =>
  [moment.getFullYear(), ...[moment.getMonth() + 1, moment.getDate()].map((n) => String(n).padStart(2, "0"))].join("-");

export function date(iso: string): string {
  if (!iso) return "";
  // Not every phone's browser knows Khmer months, so the catalogue says them.
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  return t("date", { day, month: t(`month.${month}`), year });
}

export const bytes = (n: number): string =>
  n < 1_000_000 ? t("size.kb", { n: Math.max(1, Math.round(n / 1000)) }) : t("size.mb", { n: (n / 1_000_000).toFixed(1) });
