// A meeting as the phone has it: the pack, the lines, and what they come to by the shared rules.
import { amongHeads, dated, fold, instant, justAfter, lacking, participation, raisedOrder, standing, slot, tallies, votersLeft } from "../rules/index";
import type { Aggregate, Body, Card, Combine, Counting, Lack, Line, Participation, Present, Tally } from "../rules/index";
import { tableNumber, type Held } from "../store/cards";
import { uuid } from "../sync/send";
import type { Words } from "../words";
import type { Criterion, Method } from "./pack";

export type Draft = [kind: string, body: Body];

export interface Step {
  code: string;
  name: Record<string, string> | null;
  tip: Record<string, string>;
  done: boolean;
}

const USUAL = ["information", "setup", "participants", "raise", "prioritise", "vote", "reflect", "photos", "finish"];
/** More classes than this cannot be typed as columns of counts. */
const MOST_FACES = 7;
/** Numbers a table gives out: table 2 has 101 to 200, so that two phones never give the same one. */
const BLOCK = 100;

export class Room {
  readonly card: Card;
  readonly lines: Line[];

  constructor(
    readonly held: Held,
    readonly all: Line[],
    readonly photos: number,
  ) {
    this.lines = standing(all);
    this.card = fold(this.lines);
  }

  get id(): string {
    return this.held.pack.card.id;
  }

  get method(): Method {
    return this.held.pack.method;
  }

  get table(): string {
    return this.held.table;
  }

  get counting(): Counting {
    const { scale, aggregate, combine } = this.method;
    return { values: scale.values, aggregate: aggregate as Aggregate, combine: combine as Combine };
  }

  get open(): boolean {
    return !this.held.finished && ["planned", "running"].includes(this.held.brief.state);
  }

  get countable(): boolean {
    return this.method.scale.values.length <= MOST_FACES;
  }

  /** Everything that may be raised, the room's own criteria last. */
  get criteria(): Criterion[] {
    const own = [...this.card.custom].map(([code, text]) => ({
      code, text: text as Words, hint: {}, theme: "", standard: null, sounds: {}, custom: true, sound: this.card.spoken.get(code),
    }));
    return [...this.method.criteria, ...own];
  }

  criterion(code: string): Criterion | undefined {
    return this.criteria.find((one) => one.code === code);
  }

  get chosen(): Criterion[] {
    return this.card.priorities.map((code) => this.criterion(code)).filter((one): one is Criterion => Boolean(one));
  }

  get people(): Present[] {
    return [...this.card.people.values()].sort((a, b) => a.number - b.number || (a.uid < b.uid ? -1 : 1));
  }

  get nextNumber(): number {
    const first = (tableNumber(this.held) - 1) * BLOCK;
    const mine = this.people.map((one) => one.number).filter((n) => n > first && n <= first + BLOCK);
    return Math.max(first, ...mine) + 1;
  }

  /** Whether somebody nobody listed is one of the heads that were counted. */
  get amongHeads(): boolean {
    return amongHeads(this.card);
  }

  /** What the next voter is called whom nobody listed. */
  get nextVoter(): number {
    return this.amongHeads ? this.card.ballots.size + 1 : this.nextNumber;
  }

  get counted(): Participation {
    return participation(this.card);
  }

  get raised(): [string, number][] {
    return raisedOrder(this.card);
  }

  /** Who of this phone's table has no whole ballot yet; the others are the other phones'. */
  get left(): Present[] {
    return votersLeft(this.card, this.card.priorities, this.table);
  }

  get tallies(): Tally[] {
    return tallies(this.card, this.counting);
  }

  get missing(): Lack[] {
    const asked = this.method.raising.reflection.find((one) => one.code === "suggestions")?.required ?? 0;
    return lacking(this.card, asked > 0);
  }

  standingLine(wanted: string): Line | undefined {
    return this.lines.find((line) => slot(line) === wanted);
  }

  get steps(): Step[] {
    const listed = this.method.steps.length ? this.method.steps : USUAL.map((code) => ({ code, name: null, tip: {} }));
    const all = listed.flatMap(({ code, name, tip }) => {
      const step = { code, name, tip, done: this.done.has(code) };
      return code === "vote" ? [step, { code: "results", name: null, tip: {}, done: step.done }] : [step];
    });
    if (!all.some((step) => step.code === "setup")) all.splice(all[0]?.code === "information" ? 1 : 0, 0, this.usual("setup"));
    if (!all.some((step) => step.code === "finish")) all.push(this.usual("finish"));
    return all;
  }

  private usual(code: string): Step {
    return { code, name: null, tip: {}, done: this.done.has(code) };
  }

  has(step: string): boolean {
    return this.steps.some((one) => one.code === step);
  }

  after(step: string): string {
    const codes = this.steps.map((one) => one.code);
    return this.url(codes[Math.min(codes.indexOf(step) + 1, codes.length - 1)]);
  }

  url(...parts: (string | number)[]): string {
    return `#/card/${this.id}/${parts.join("/")}`;
  }

  get done(): Set<string> {
    const { setup, people, raised, priorities, reflections } = this.card;
    const missing = new Set<string>(this.missing.map(({ step }) => step));
    const voted = priorities.length > 0 && !missing.has("vote");
    const facts: [string, boolean][] = [
      ["information", Boolean(setup.get("consent"))],
      ["setup", Boolean(setup.get("held_on"))],
      ["participants", this.counted.people > 0 || people.size > 0],
      ["raise", raised.size > 0],
      ["prioritise", priorities.length > 0],
      ["vote", voted],
      ["results", voted],
      ["reflect", reflections.size > 0 && !missing.has("reflect")],
      ["photos", this.photos > 0],
      ["finish", Boolean(this.held.finished)],
    ];
    return new Set(facts.filter(([, is]) => is).map(([code]) => code));
  }

  /** Where the meeting goes on: the first step that is not done. */
  get onward(): string {
    return this.url((this.steps.find((step) => !step.done && step.code !== "photos") ?? this.steps[this.steps.length - 1]).code);
  }
}

/** Lines as they are written: an id of the phone's own and its clock, never before what it has read itself. */
export function linesFrom(drafts: Draft[], read: Line[]): Line[] {
  let now = instant(new Date());
  const written: Line[] = [];
  for (const [kind, body] of drafts) {
    const line = { uid: uuid(), kind, body, written_at: now };
    written.push({ ...line, written_at: dated(line, [...read, ...written]) });
    // One after the other, so that their order is the order in which they were made.
    now = justAfter(now);
  }
  return written;
}

/** Somebody's profile, under the person's own id; an edit replaces what stood. */
export function personDraft(room: Room, person: string, profile: Body): Draft {
  const stands = room.standingLine(`person:${person}`);
  return ["person", { person, ...profile, ...(room.table ? { table: room.table } : {}), ...(stands ? { replaces: stands.uid } : {}) }];
}

/** Take everything ever written for these slots out of the card: what stood before must not come back. */
export const voids = (room: Room, slots: string[]): Draft[] =>
  room.all
    .filter((line) => line.kind !== "void" && slots.includes(slot(line)))
    .map((line) => ["void", { line: line.uid }]);

export function forgetPerson(room: Room, person: string): Draft[] {
  const raised = [...room.card.raised.keys()].map((criterion) => `raise:${criterion}:${person}`);
  return voids(room, [`person:${person}`, `ballot:${person}`, ...raised]);
}

/** Bring who raised a criterion from what stands to what is wanted; "" is the room. */
export function raiseDrafts(room: Room, criterion: string, wanted: string[]): Draft[] {
  const had = room.card.raised.get(criterion) ?? [];
  const fresh: Draft[] = wanted
    .filter((who) => !had.includes(who))
    .map((who): Draft => ["raise", who ? { criterion, person: who } : { criterion }]);
  const gone = had.filter((who) => !wanted.includes(who));
  const named = gone.filter(Boolean).map((who) => `raise:${criterion}:${who}`);
  const nobodys: Draft[] = gone.includes("")
    ? room.lines
        .filter((line) => line.kind === "raise" && line.body.criterion === criterion && !line.body.person)
        .map((line) => ["void", { line: line.uid }])
    : [];
  return [...fresh, ...voids(room, named), ...nobodys];
}
