// From a card to what lasts of it: histograms per cell and special group, and who took part.
import { QR, ROOM_DOOR, WEEK, type Ballot, type Card, type Counts, type Present, type Voters } from "./lines";
import { add, combined, size, type Aggregate, type Combine, type Fraction } from "./statistics";
import { byText } from "./texts";

/** The cell of voters of whom nothing is known. */
export const ROOM = "all";

/** What of the framework the counting needs: scale values in order, how to combine. */
export interface Counting {
  readonly values: readonly number[];
  readonly aggregate: Aggregate;
  readonly combine: Combine;
}

/** A criterion's votes. `cells` are disjoint and sum to `histogram`; `special` ones overlap. */
export interface Tally {
  readonly criterion: string;
  readonly histogram: number[];
  readonly cells: Map<string, number[]>;
  readonly special: Map<string, number[]>;
  readonly byGroup: Map<string, number[]>;
  readonly centre: Fraction | null;
  readonly n: number;
}

export type Door = typeof ROOM_DOOR | typeof WEEK;

function votersAt(card: Card, door: Door): Voters {
  return door === WEEK ? card.week : card;
}

/** One tally per priority criterion, in the order chosen: of the room, or of the week of tickets. */
export function tallies(card: Card, counting: Counting, door: Door = ROOM_DOOR): Tally[] {
  return card.priorities.map((criterion) => tally(card, criterion, counting, door));
}

/**
 * Votes a table typed as counts for a group stand instead of that table's ballots of the group on the criterion, so
 * that a room entered both ways is not counted twice; different tables add up. Ballots with a ticket are no table's.
 */
export function tally(card: Card, criterion: string, counting: Counting, door: Door = ROOM_DOOR): Tally {
  const typed = door === WEEK ? [] : typedOn(card, criterion);
  const found = { cells: new Map(), special: new Map(), byGroup: new Map() } as Pick<
    Tally,
    "cells" | "special" | "byGroup"
  >;
  countBallots(found, criterion, votersAt(card, door), typed, counting.values);
  for (const one of typed) {
    const cell = one.cell || ROOM;
    found.cells.set(cell, add(found.cells.get(cell) ?? [], one.counts));
    found.byGroup.set(one.group, add(found.byGroup.get(one.group) ?? [], one.counts));
  }
  const histogram = add(Array(counting.values.length).fill(0), ...found.cells.values());
  const centre = combined(counting.aggregate, counting.combine, [...found.byGroup.values()], counting.values);
  return { ...found, criterion, histogram, centre, n: size(histogram) };
}

const typedOn = (card: Card, criterion: string): Counts[] => card.counts.filter((one) => one.criterion === criterion);

/** The ballots that count on a criterion, with who cast them and in which group. */
function ballotsOn(voters: Voters, criterion: string, typed: readonly Counts[]): [Ballot, Present | undefined, string][] {
  return [...voters.ballots.values()]
    .map((one): [Ballot, Present | undefined] => [one, voters.people.get(one.person)])
    .map(([one, person]): [Ballot, Present | undefined, string] => [one, person, one.group || (person?.group ?? "")])
    .filter(
      ([one, person, group]) =>
        one.scores.has(criterion) &&
        (!person || person.counted) &&
        (one.door === QR || !typed.some((each) => each.table === one.table && each.group === group)),
    );
}

/** How many votes the room gave on a criterion, one by one and as counts. */
export function votesOn(card: Card, criterion: string): number {
  const typed = typedOn(card, criterion);
  return total(typed.map((one) => size(one.counts))) + ballotsOn(card, criterion, typed).length;
}

function countBallots(
  found: Pick<Tally, "cells" | "special" | "byGroup">,
  criterion: string,
  voters: Voters,
  typed: readonly Counts[],
  values: readonly number[],
): void {
  for (const [ballot, person, group] of ballotsOn(voters, criterion, typed)) {
    const at = values.indexOf(ballot.scores.get(criterion)!);
    const [cell, special] = profile(ballot, person);
    bump(found.cells, cell, at, values.length);
    bump(found.byGroup, group, at, values.length);
    for (const code of special) bump(found.special, code, at, values.length);
  }
}

/** A voter's cell and special groups: as listed, or as said with the ballot. */
function profile(ballot: Ballot, person: Present | undefined): [string, readonly string[]] {
  return person ? [cellOf(person), person.special] : [ballot.cell || ROOM, ballot.special];
}

export function cellOf(person: Present): string {
  return `${person.sex}/${person.band}`;
}

function bump(table: Map<string, number[]>, key: string, at: number, width: number): void {
  const counts = table.get(key) ?? Array<number>(width).fill(0);
  counts[at] += 1;
  table.set(key, counts);
}

/** Who took part, as counts: never rows. */
export interface Participation {
  readonly people: number;
  readonly cells: Map<string, number>;
  readonly special: Map<string, number>;
  readonly groups: Map<string, number>;
}

/** How many of one sex took part. */
export function ofSex(participation: Participation, sex: string): number {
  return total([...participation.cells].filter(([cell]) => cell.split("/")[0] === sex).map(([, n]) => n));
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0);
}

/** Whether the room's heads are counted, so that somebody nobody listed is one of them already. */
export const amongHeads = (card: Card): boolean => total([...(card.heads?.cells.values() ?? [])]) > 0;

/**
 * Heads; a room entered by counts has the heads set up, the week of tickets those who voted. Who is on the card only by
 * a ballot with a ticket is one of the heads, whether they were counted before the vote or after it.
 */
export function participation(card: Card, door: Door = ROOM_DOOR): Participation {
  const found: Participation = { people: 0, cells: new Map(), special: new Map(), groups: new Map() };
  const more = (table: Map<string, number>, key: string, n = 1): void => {
    table.set(key, (table.get(key) ?? 0) + n);
  };
  const seat = (cell: string, special: readonly string[], group: string): void => {
    more(found.cells, cell);
    for (const code of special) more(found.special, code);
    more(found.groups, group);
  };
  const voters = votersAt(card, door);
  const heads = door === WEEK ? null : card.heads;
  const among = heads !== null && amongHeads(card);
  for (const one of voters.people.values()) if (one.counted && !(among && one.door === QR)) seat(cellOf(one), one.special, one.group);
  if (door === WEEK) {
    for (const one of voters.ballots.values()) {
      if (!voters.people.has(one.person)) seat(...profile(one, undefined), one.group);
    }
  }
  for (const [cell, n] of heads?.cells ?? []) more(found.cells, cell, n);
  for (const [code, n] of heads?.special ?? []) more(found.special, code, n);
  return { ...found, people: total([...found.cells.values()]) };
}

export interface Named<Name> {
  readonly code: string;
  readonly name: Name;
}

/** What the cells hold, each sex by its name and each age band by its name; a whole room is of neither. */
export function toldApart<Name, Held>(
  profile: { readonly sexes: readonly Named<Name>[]; readonly age_bands: readonly Named<Name>[] },
  cells: ReadonlyMap<string, Held>,
): { sexes: [Name, Held[]][]; bands: [Name, Held[]][] } {
  const held = (fits: (sex: string, band: string) => boolean): Held[] =>
    [...cells].filter(([cell]) => fits(...halves(cell))).map(([, each]) => each);
  return {
    sexes: profile.sexes.map((sex) => [sex.name, held((code) => code === sex.code)]),
    bands: profile.age_bands.map((band) => [band.name, held((_sex, code) => code === band.code)]),
  };
}

/** Sex and age band of a cell. */
export function halves(cell: string): [string, string] {
  const at = cell.indexOf("/");
  return at < 0 ? [cell, ""] : [cell.slice(0, at), cell.slice(at + 1)];
}

/** Criteria with how often each was raised, most first; ties by code so that it never wavers. */
export function raisedOrder(card: Card): [string, number][] {
  const often = [...card.raised].map(([code, who]): [string, number] => [code, who.length]);
  return often.sort(([a, n], [b, m]) => m - n || byText(a, b));
}

/** Counted people who have no whole ballot yet, by number; with `table`, those listed at that one. */
export function votersLeft(card: Card, criteria: readonly string[], table?: string): Present[] {
  const whole = new Set<string>();
  for (const ballot of card.ballots.values()) {
    if (criteria.every((criterion) => ballot.scores.has(criterion))) whole.add(ballot.person);
  }
  return [...card.people.values()]
    .filter((one) => one.counted && !whole.has(one.uid) && (table === undefined || one.table === table))
    .sort((a, b) => a.number - b.number);
}

/** How many ballots came by each door that brought any. */
export function byDoor(card: Card): Map<string, number> {
  const found = new Map<string, number>();
  for (const { door } of [...card.ballots.values(), ...card.week.ballots.values()]) {
    found.set(door, (found.get(door) ?? 0) + 1);
  }
  return found;
}
