// The lines of a card and how they are read together, whatever order they arrive in: docs/merging.md. The twin of
// lines.py; a change there is a change here.
import { justAfter } from "./moments";
import { byText, once } from "./texts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Body = { readonly [key: string]: Json };

/** One line: `uid` and `written_at` (in the one form, see `instant`) are the client's. */
export interface Line {
  readonly uid: string;
  readonly kind: string;
  readonly body: Body;
  readonly written_at: string;
}

export const KINDS = [
  "setup",
  "person",
  "raise",
  "custom",
  "priorities",
  "ballot",
  "counts",
  "reflect",
  "photo",
  "answer",
  "void",
] as const;
export const DOORS = ["room", "qr", "paper", "week"] as const;
export const ROOM_DOOR = "room";
export const WEEK = "week";
export const QR = "qr";
/** How the code of a criterion of the room's own begins. */
export const OWN = "own-";
/** Parts of a body that say how a line is merged, not what it says. */
export const MARKS: readonly string[] = ["replaces", "table"];

/** Somebody in the room: a running number and a profile, never a name. */
export interface Present {
  readonly uid: string;
  readonly number: number;
  readonly sex: string;
  readonly band: string;
  readonly special: readonly string[];
  readonly group: string;
  readonly counted: boolean;
  readonly table: string;
  /** QR: on the card by a ballot with a ticket, and listed by nobody. */
  readonly door: string;
}

export interface Suggestion {
  readonly text: string;
  readonly chosen: boolean;
}

export interface Reflection {
  readonly strengths: readonly string[];
  readonly weaknesses: readonly string[];
  readonly suggestions: readonly Suggestion[];
  /** uids of recordings of what was said */
  readonly sounds: readonly string[];
}

/** Votes typed as counts per face: of one group, or of one cell within it, at one table. */
export interface Counts {
  readonly group: string;
  readonly criterion: string;
  readonly cell: string;
  readonly counts: readonly number[];
  readonly table: string;
}

/** One voter's scores. `cell` and `special` are what a voter nobody listed said of themselves. */
export interface Ballot {
  readonly person: string;
  readonly group: string;
  readonly scores: ReadonlyMap<string, number>;
  readonly written_at: string;
  readonly table: string;
  readonly door: string;
  readonly cell: string;
  readonly special: readonly string[];
}

export interface Heads {
  readonly cells: ReadonlyMap<string, number>;
  readonly special: ReadonlyMap<string, number>;
}

/** Those whose votes are told apart: the room's, or the week's. */
export interface Voters {
  readonly people: Map<string, Present>;
  readonly ballots: Map<string, Ballot>;
}

/** A card as its lines stand together. */
export interface Card extends Voters {
  /** What the set-up says key by key, but the heads. */
  readonly setup: Map<string, Json>;
  /** Heads by table, as written, and all of them together; null where nobody counted heads. */
  readonly headsByTable: Map<string, Body>;
  heads: Heads | null;
  /** criterion -> uids of who raised it ("" for the room) */
  readonly raised: Map<string, string[]>;
  /** criteria of the room's own: code -> text by language, and code -> uid of the recording */
  readonly custom: Map<string, Body>;
  readonly spoken: Map<string, string>;
  priorities: string[];
  readonly counts: Counts[];
  /** criterion -> table -> what was said there; `reflections` is what all tables said */
  readonly said: Map<string, Map<string, Reflection>>;
  readonly reflections: Map<string, Reflection>;
  /** uid of the picture -> the criterion it is about, or "" */
  readonly photos: Map<string, string>;
  /** mark of the reviewer -> what was answered to it in words */
  readonly answers: Map<string, string>;
  readonly week: Voters;
}

// --- reading a body ---------------------------------------------------------------------------------------------

/** A text of the body; "" where there is none. */
export function textOf(body: Body, field: string): string {
  const value = body[field];
  return value === undefined || value === null || value === false ? "" : String(value);
}

function listOf(body: Body, field: string): readonly Json[] {
  const value = body[field];
  return Array.isArray(value) ? value : [];
}

export function partOf(body: Body, field: string): Body {
  const value = body[field];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : {};
}

function textsOf(body: Body, field: string): string[] {
  return listOf(body, field).map(String);
}

function numbersOf(body: Body): Map<string, number> {
  return new Map(Object.entries(body).map(([key, value]) => [key, Number(value)]));
}

/** Which of several phones in one meeting wrote it; "" where there is but one. */
export function tableOf(line: Line): string {
  return textOf(line.body, "table");
}

export function doorOf(line: Line): string {
  return textOf(line.body, "door") || ROOM_DOOR;
}

// --- which lines count ------------------------------------------------------------------------------------------

/** What the line is about: of lines with the same slot only one counts. The week shares no slot with the room. */
export function slot(line: Line): string {
  const { body } = line;
  const table = tableOf(line) && `@${tableOf(line)}`;
  const week = doorOf(line) === WEEK ? `@${WEEK}` : "";
  const person = textOf(body, "person") || line.uid;
  const criterion = textOf(body, "criterion");
  switch (line.kind) {
    case "priorities":
      return "priorities";
    case "ballot":
      return `ballot:${person}${week}`;
    case "counts":
      return `counts:${textOf(body, "group")}:${criterion}:${textOf(body, "cell")}${table}`;
    case "reflect":
      return `reflect:${criterion}${table}`;
    case "raise":
      return `raise:${criterion}:${person}`;
    case "person":
      return `person:${person}${week}`;
    case "custom":
      return `custom:${textOf(body, "code")}`;
    case "photo":
      return `photo:${textOf(body, "photo")}`;
    case "answer":
      return `answer:${textOf(body, "mark")}`;
  }
  // A set-up line says some keys; which line's word counts is found key by key when they are folded.
  return `${line.kind}:${line.uid}`;
}

function inOrder(a: Line, b: Line): number {
  return byText(a.written_at, b.written_at) || byText(a.uid, b.uid);
}

/** The lines that count after replacing, voiding and merging, in a fixed order. */
export function standing(lines: Iterable<Line>): Line[] {
  const unique = new Map<string, Line>();
  for (const line of lines) unique.set(line.uid, line);
  const out = new Set<string>();
  for (const line of unique.values()) {
    if (line.kind === "void") out.add(textOf(line.body, "line"));
    if (line.body.replaces) out.add(textOf(line.body, "replaces"));
  }
  const best = new Map<string, Line>();
  for (const line of unique.values()) {
    if (out.has(line.uid) || line.kind === "void") continue;
    const key = slot(line);
    const kept = best.get(key);
    if (kept === undefined || inOrder(line, kept) > 0) best.set(key, line);
  }
  return [...best.values()].sort(inOrder);
}

/**
 * When a line shall say it was written, beside the lines its writer knows: its own moment, but never before what
 * stands in its slot, so that a correction counts whatever the clocks say.
 */
export function dated(line: Line, lines: Iterable<Line>): string {
  let newest = "";
  for (const each of lines) {
    const rival = slot(each) === slot(line) || (each.kind === "setup" && line.kind === "setup");
    if (rival && each.uid !== line.uid && byText(each.written_at, newest) > 0) newest = each.written_at;
  }
  return byText(line.written_at, newest) > 0 ? line.written_at : justAfter(newest);
}

// --- the card ---------------------------------------------------------------------------------------------------

function blank(): Card {
  return {
    setup: new Map(),
    headsByTable: new Map(),
    heads: null,
    people: new Map(),
    raised: new Map(),
    custom: new Map(),
    spoken: new Map(),
    priorities: [],
    ballots: new Map(),
    counts: [],
    said: new Map(),
    reflections: new Map(),
    photos: new Map(),
    answers: new Map(),
    week: { people: new Map(), ballots: new Map() },
  };
}

/** The card that the lines make together. */
export function fold(lines: Iterable<Line>): Card {
  const card = blank();
  for (const line of standing(lines)) writeOn(card, line);
  if (card.headsByTable.size) card.heads = addedHeads([...card.headsByTable.values()]);
  for (const [criterion, tables] of card.said) {
    const inTurn = [...tables.keys()].sort(byText).map((table) => tables.get(table)!);
    card.reflections.set(criterion, joined(inTurn));
  }
  return card;
}

function writeOn(card: Card, line: Line): void {
  const { body } = line;
  const voters = doorOf(line) === WEEK ? card.week : card;
  const criterion = textOf(body, "criterion");
  switch (line.kind) {
    case "setup":
      for (const [key, value] of Object.entries(body)) {
        if (key === "heads") card.headsByTable.set(tableOf(line), partOf(body, "heads"));
        else if (!MARKS.includes(key)) card.setup.set(key, value);
      }
      break;
    case "person": {
      const person = present(line);
      voters.people.set(person.uid, person);
      break;
    }
    case "raise":
      card.raised.set(criterion, [...(card.raised.get(criterion) ?? []), textOf(body, "person")]);
      break;
    case "custom":
      card.custom.set(textOf(body, "code"), partOf(body, "text"));
      if (body.sound) card.spoken.set(textOf(body, "code"), textOf(body, "sound"));
      break;
    case "priorities":
      card.priorities = once(textsOf(body, "order"));
      break;
    case "ballot":
      voters.ballots.set(slot(line), ballot(line));
      break;
    case "counts":
      card.counts.push(counts(line));
      break;
    case "reflect":
      card.said.set(criterion, (card.said.get(criterion) ?? new Map()).set(tableOf(line), reflection(body)));
      break;
    case "photo":
      card.photos.set(textOf(body, "photo"), textOf(body, "about"));
      break;
    case "answer":
      card.answers.set(textOf(body, "mark"), textOf(body, "words"));
  }
}

function present(line: Line): Present {
  const { body } = line;
  return {
    uid: textOf(body, "person") || line.uid,
    number: Number(body.number),
    sex: textOf(body, "sex"),
    band: textOf(body, "band"),
    special: textsOf(body, "special").sort(byText),
    group: textOf(body, "group"),
    counted: body.counted === undefined || Boolean(body.counted),
    table: tableOf(line),
    door: doorOf(line),
  };
}

function ballot(line: Line): Ballot {
  const { body } = line;
  const profile = partOf(body, "profile");
  return {
    person: textOf(body, "person"),
    group: textOf(body, "group"),
    scores: numbersOf(partOf(body, "scores")),
    written_at: line.written_at,
    table: tableOf(line),
    door: doorOf(line),
    cell: textOf(profile, "cell"),
    special: textsOf(profile, "special").sort(byText),
  };
}

function counts(line: Line): Counts {
  const { body } = line;
  return {
    group: textOf(body, "group"),
    criterion: textOf(body, "criterion"),
    cell: textOf(body, "cell"),
    counts: listOf(body, "counts").map(Number),
    table: tableOf(line),
  };
}

function reflection(body: Body): Reflection {
  return {
    strengths: textsOf(body, "strengths"),
    weaknesses: textsOf(body, "weaknesses"),
    suggestions: listOf(body, "suggestions").map((one) => {
      const { text, chosen } = one as Body;
      return { text: String(text), chosen: Boolean(chosen) };
    }),
    sounds: body.sound ? [textOf(body, "sound")] : [],
  };
}

/** What the tables said, one after the other: the same text once, chosen where any table chose it. */
function joined(tables: readonly Reflection[]): Reflection {
  if (tables.length === 1) return tables[0];
  const ideas = tables.flatMap((one) => one.suggestions);
  const chosen = new Set(ideas.filter((idea) => idea.chosen).map((idea) => idea.text));
  return {
    strengths: once(tables.flatMap((one) => one.strengths)),
    weaknesses: once(tables.flatMap((one) => one.weaknesses)),
    suggestions: once(ideas.map((idea) => idea.text)).map((text) => ({ text, chosen: chosen.has(text) })),
    sounds: once(tables.flatMap((one) => one.sounds)),
  };
}

/** Heads counted at several tables as one count; null where all tables left them empty. */
function addedHeads(tables: readonly Body[]): Heads | null {
  const total = { cells: new Map<string, number>(), special: new Map<string, number>() };
  for (const heads of tables) {
    for (const part of ["cells", "special"] as const) {
      for (const [code, n] of numbersOf(partOf(heads, part))) {
        total[part].set(code, (total[part].get(code) ?? 0) + n);
      }
    }
  }
  return tables.some((heads) => Object.keys(heads).length) ? total : null;
}

/** Everybody's running number; with their table ("" if none) where two tables gave the same number. */
export function numbered(people: Iterable<Present>): Map<string, readonly [number, string]> {
  const listed = [...people];
  const tables = new Map<number, Set<string>>();
  for (const one of listed) tables.set(one.number, (tables.get(one.number) ?? new Set()).add(one.table));
  return new Map(
    listed.map((one) => [one.uid, [one.number, tables.get(one.number)!.size > 1 ? one.table : ""] as const]),
  );
}
