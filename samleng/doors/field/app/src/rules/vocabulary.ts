// What may be written on a card: the framework's words, and what is wrong with a line that leaves them. The twin of
// vocabulary.py, so that a phone refuses at once what the server would refuse days later.
import { DOORS, KINDS, OWN } from "./lines";
import { isDay } from "./moments";
import { first, letters, saysSomething } from "./texts";
import { halves } from "./tally";

export const LONGEST_TEXT = 2000;
const LONGEST_CODE = 60;
export const MOST_LINES = 2000;
export const MOST_PEOPLE = 500;
export const MOST_COUNT = 2000;
const TABLE = /^[a-z0-9-]{0,20}$/;
const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Everything a line may say about a person; a name or an exact age is refused, not ignored. */
const ABOUT_A_PERSON: ReadonlySet<string> = new Set(
  "number sex band special group counted person door replaces table".split(" "),
);

/** Codes a line may use, of one framework version, service and side. */
export interface Vocabulary {
  readonly values: readonly number[];
  readonly criteria: ReadonlySet<string>;
  readonly sexes: ReadonlySet<string>;
  readonly bands: ReadonlySet<string>;
  readonly special: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly customAllowed: boolean;
  readonly mostPriorities: number;
  /** Criteria somebody added on this card. */
  readonly custom: ReadonlySet<string>;
}

/** A field of a line and a code for what is wrong; the app says it in the reader's language. */
export interface Wrong {
  readonly field: string;
  readonly code: string;
  readonly value: string;
}

type Given = { readonly [key: string]: unknown };
type Reader = (body: Given, words: Vocabulary, wrong: Report) => void;
type Report = (field: string, code: string, value?: string) => void;

/** A field that is missing or of another type: nothing more can be said of the line. */
class Unreadable extends Error {
  constructor(readonly field: string) {
    super(field);
  }
}

/** Everything wrong with a line's body; an empty list when it may be written. */
export function wrongs(kind: unknown, body: unknown, words: Vocabulary): Wrong[] {
  if (!KINDS.includes(kind as keyof typeof READERS)) return [{ field: "kind", code: "unknown", value: shown(kind) }];
  if (!isObject(body)) return [{ field: "body", code: "not_an_object", value: "" }];
  const found: Wrong[] = [];
  const wrong: Report = (field, code, value = "") => found.push({ field, code, value });
  try {
    marks(kind as string, body, wrong);
    READERS[kind as keyof typeof READERS](body, words, wrong);
  } catch (error) {
    if (error instanceof Unreadable) return [{ field: error.field, code: "unreadable", value: "" }];
    throw error;
  }
  return found;
}

// --- a field of a type, or Unreadable -----------------------------------------------------------------------------

function isObject(value: unknown): value is Given {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textIn(body: Given, field: string, otherwise?: string): string {
  const value = body[field] === undefined ? otherwise : body[field];
  if (typeof value !== "string") throw new Unreadable(field);
  return value;
}

function listIn(body: Given, field: string, otherwise?: readonly unknown[]): readonly unknown[] {
  const value = body[field] === undefined ? otherwise : body[field];
  if (!Array.isArray(value)) throw new Unreadable(field);
  return value;
}

function objectIn(body: Given, field: string, otherwise?: Given): Given {
  const value = body[field] === undefined ? otherwise : body[field];
  if (!isObject(value)) throw new Unreadable(field);
  return value;
}

function yesOrNoIn(body: Given, field: string): void {
  if (body[field] !== undefined && typeof body[field] !== "boolean") throw new Unreadable(field);
}

/** A client-made UUID as everybody writes it: small letters, with its dashes. */
function uidIn(body: Given, field: string, otherwise?: string): void {
  const value = textIn(body, field, otherwise);
  if (value !== otherwise && !UID.test(value)) throw new Unreadable(field);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** A value as a refusal may repeat it: codes and numbers, never whole bodies. */
function shown(value: unknown): string {
  return typeof value === "string" ? first(value, LONGEST_CODE) : isWhole(value) ? String(value) : "";
}

/** Whether there is a NUL in it, which no database keeps in a text. */
function unstorable(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0");
  if (Array.isArray(value)) return value.some(unstorable);
  return isObject(value) && Object.entries(value).some(([key, part]) => unstorable(key) || unstorable(part));
}

// --- each kind of line --------------------------------------------------------------------------------------------

/** What any line may say of itself: what it replaces, whom it is of, from which table and door. */
function marks(kind: string, body: Given, wrong: Report): void {
  if (unstorable(body)) throw new Unreadable("body");
  textIn(body, "replaces", "");
  textIn(body, "person", "");
  if (!TABLE.test(textIn(body, "table", ""))) wrong("table", "unreadable", shown(body.table));
  const doors: readonly unknown[] = kind === "person" || kind === "ballot" ? ["", ...DOORS] : [""];
  if (body.door !== undefined && !doors.includes(body.door)) wrong("door", "unknown", shown(body.door));
}

const setup: Reader = (body, words, wrong) => {
  textIn(body, "language", "");
  uidIn(body, "lead", "");
  if (body.held_on !== undefined && !isDay(body.held_on)) wrong("held_on", "unreadable", shown(body.held_on));
  const heads = objectIn(body, "heads", {});
  for (const [cell, n] of Object.entries(objectIn(heads, "cells", {}))) {
    cellOk(cell, words, wrong);
    countOk(n, `heads.${cell}`, wrong);
  }
  for (const [code, n] of Object.entries(objectIn(heads, "special", {}))) {
    codeOk(code, words.special, "heads", wrong);
    countOk(n, `heads.${code}`, wrong);
  }
  const chart = objectIn(body, "chart", {});
  for (const criterion of Object.keys(chart)) {
    criterionOk(criterion, words, wrong);
    facesOk(listIn(chart, criterion), words, "chart", wrong);
  }
};

const person: Reader = (body, words, wrong) => {
  if (!isWhole(body.number)) throw new Unreadable("number");
  if (body.number < 1 || body.number > MOST_PEOPLE) wrong("number", "out_of_range", shown(body.number));
  codeOk(body.sex, words.sexes, "sex", wrong);
  codeOk(body.band, words.bands, "band", wrong);
  for (const code of listIn(body, "special", [])) codeOk(code, words.special, "special", wrong);
  yesOrNoIn(body, "counted");
  if (Object.keys(body).some((key) => !ABOUT_A_PERSON.has(key))) wrong("body", "too_much_about_a_person");
  groupOk(body.group === undefined ? "" : body.group, words, wrong);
};

const raise: Reader = (body, words, wrong) => criterionOk(body.criterion, words, wrong);

const custom: Reader = (body, words, wrong) => {
  if (!words.customAllowed) wrong("criterion", "own_criteria_not_allowed");
  const code = textIn(body, "code");
  if (!isOwn(code)) wrong("code", "unreadable", shown(code));
  uidIn(body, "sound", "");
  const texts = Object.values(objectIn(body, "text", {}));
  if (!body.sound && !texts.some((text) => typeof text === "string" && saysSomething(text))) wrong("text", "empty");
  textsOk(texts, "text", wrong);
};

const priorities: Reader = (body, words, wrong) => {
  const order = listIn(body, "order");
  for (const criterion of order) criterionOk(criterion, words, wrong);
  const codes = order.filter((code) => typeof code === "string");
  if (new Set(codes).size !== codes.length) wrong("order", "twice");
  if (order.length > words.mostPriorities) wrong("order", "too_many", String(words.mostPriorities));
};

const ballot: Reader = (body, words, wrong) => {
  const scores = Object.entries(objectIn(body, "scores"));
  if (!scores.length) wrong("scores", "empty");
  for (const [criterion, value] of scores) {
    criterionOk(criterion, words, wrong);
    if (!isWhole(value) || !words.values.includes(value)) wrong("scores", "out_of_range", shown(value));
  }
  groupOk(body.group === undefined ? "" : body.group, words, wrong);
  const profile = objectIn(body, "profile", {});
  if (profile.cell !== undefined && profile.cell !== "") cellOk(profile.cell, words, wrong);
  for (const code of listIn(profile, "special", [])) codeOk(code, words.special, "special", wrong);
  if (Object.keys(profile).some((key) => key !== "cell" && key !== "special")) {
    wrong("profile", "too_much_about_a_person");
  }
};

const counts: Reader = (body, words, wrong) => {
  criterionOk(body.criterion, words, wrong);
  groupOk(body.group, words, wrong);
  if (body.cell !== undefined && body.cell !== "") cellOk(body.cell, words, wrong);
  facesOk(listIn(body, "counts"), words, "counts", wrong);
};

const reflect: Reader = (body, words, wrong) => {
  criterionOk(body.criterion, words, wrong);
  uidIn(body, "sound", "");
  textsOk(listIn(body, "strengths", []), "strengths", wrong);
  textsOk(listIn(body, "weaknesses", []), "weaknesses", wrong);
  const texts = listIn(body, "suggestions", []).map((suggestion) => {
    if (!isObject(suggestion)) throw new Unreadable("suggestions");
    yesOrNoIn(suggestion, "chosen");
    return suggestion.text;
  });
  textsOk(texts, "suggestions", wrong);
};

const photo: Reader = (body, words, wrong) => {
  uidIn(body, "photo");
  if (body.about !== undefined && body.about !== "") criterionOk(body.about, words, wrong);
};

const answer: Reader = (body, _words, wrong) => {
  uidIn(body, "mark");
  const said = textIn(body, "words");
  if (!saysSomething(said)) wrong("words", "empty");
  textsOk([said], "words", wrong);
};

const gone: Reader = (body, _words, wrong) => {
  if (!textIn(body, "line")) wrong("line", "empty");
};

const READERS: Record<(typeof KINDS)[number], Reader> = {
  setup,
  person,
  raise,
  custom,
  priorities,
  ballot,
  counts,
  reflect,
  photo,
  answer,
  void: gone,
};

// --- parts of a body ----------------------------------------------------------------------------------------------

function codeOk(code: unknown, known: ReadonlySet<string>, field: string, wrong: Report): void {
  if (typeof code !== "string" || !known.has(code)) wrong(field, "unknown", shown(code));
}

function criterionOk(code: unknown, words: Vocabulary, wrong: Report): void {
  // The words of a criterion of the room's own may come later, from another phone.
  if ((words.customAllowed && isOwn(code)) || words.custom.has(code as string)) return;
  codeOk(code, words.criteria, "criterion", wrong);
}

function isOwn(code: unknown): boolean {
  return typeof code === "string" && code.startsWith(OWN) && letters(code) <= LONGEST_CODE;
}

function groupOk(code: unknown, words: Vocabulary, wrong: Report): void {
  if (code !== "") codeOk(code, words.groups, "group", wrong);
}

function cellOk(cell: unknown, words: Vocabulary, wrong: Report): void {
  const [sex, band] = typeof cell === "string" ? halves(cell) : ["", ""];
  if (!words.sexes.has(sex) || !words.bands.has(band)) wrong("cell", "unknown", shown(cell));
}

function countOk(n: unknown, field: string, wrong: Report): void {
  if (!isWhole(n) || n < 0 || n > MOST_COUNT) wrong(field, "out_of_range", shown(n));
}

/** One count for each value of the scale. */
function facesOk(given: readonly unknown[], words: Vocabulary, field: string, wrong: Report): void {
  if (given.length !== words.values.length) wrong(field, "wrong_length", String(words.values.length));
  for (const n of given) countOk(n, field, wrong);
}

function textsOk(texts: readonly unknown[], field: string, wrong: Report): void {
  for (const text of texts) {
    if (typeof text !== "string") wrong(field, "unreadable");
    else if (letters(text) > LONGEST_TEXT) wrong(field, "too_long", String(LONGEST_TEXT));
  }
}
