// Runs the app's own rules for the tests: `node rules.mjs RULES_JS` reads one JSON request a line and answers one.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

// The file that ships holds screens too: what they look for as they are loaded is not there, and none is drawn.
globalThis.self = {};
const rules = await import(pathToFileURL(process.argv[2]).href);

const plain = (value) => {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [key, plain(each)]));
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
};
const words = (given) =>
  Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, Array.isArray(value) && key !== "values" ? new Set(value) : value]),
  );
const exact = (value) => (value === null ? null : `${value.n}/${value.d}`);

function cardOf(card) {
  const { headsByTable, heads, setup, reflections, said, ...rest } = card;
  const summed = headsByTable.size ? { heads: plain(heads ?? {}) } : {};
  const reflected = (one) => ({ ...one, suggestions: one.suggestions.map(({ text, chosen }) => [text, chosen]) });
  return {
    ...plain(rest),
    setup: { ...plain(setup), ...summed },
    heads: plain(headsByTable),
    reflections: plain(new Map([...reflections].map(([key, one]) => [key, reflected(one)]))),
    said: plain(
      new Map([...said].map(([key, tables]) => [key, new Map([...tables].map(([t, one]) => [t, reflected(one)]))])),
    ),
  };
}

function told(lines, counting, reflectionsRequired = true) {
  const card = rules.fold(lines);
  const tally = ({ byGroup, centre, ...rest }) =>
    plain({ ...rest, by_group: byGroup, centre: exact(centre), milli: rules.milli(centre) });
  const uids = (people) => people.map((one) => one.uid);
  return {
    card: cardOf(card),
    tallies: rules.tallies(card, counting).map(tally),
    week: rules.tallies(card, counting, "week").map(tally),
    participation: plain(rules.participation(card)),
    week_participation: plain(rules.participation(card, "week")),
    flags: rules.flags(card),
    lacking: rules.lacking(card, reflectionsRequired),
    raised_order: rules.raisedOrder(card),
    voters_left: uids(rules.votersLeft(card, card.priorities)),
    voters_left_at_t1: uids(rules.votersLeft(card, card.priorities, "t1")),
    numbered: plain(rules.numbered(card.people.values())),
    by_door: plain(rules.byDoor(card)),
  };
}

// Merges that lose work, planted to see that the tests would find them.
const PLANTED = {
  // What arrives last counts, whatever it says of itself.
  arrival: (lines) => {
    const last = new Map();
    for (const line of lines) {
      const key = line.kind === "void" ? line.uid : rules.slot(line);
      last.delete(key);
      last.set(key, line);
    }
    return [...last.values()];
  },
  // Set-up, counts and reflections are overwritten whole by the last to write them.
  whole: (lines) => {
    const newest = lines
      .filter((line) => line.kind === "setup")
      .sort((a, b) => (a.written_at + a.uid < b.written_at + b.uid ? -1 : 1))
      .pop();
    return lines
      .filter((line) => line.kind !== "setup" || line.uid === newest.uid)
      .map((line) => ({ ...line, body: { ...line.body, table: "" } }));
  },
  // A correction counts only if its clock is later.
  clocks: (lines) => lines.map(({ body: { replaces: _gone, ...body }, ...line }) => ({ ...line, body })),
};

const phones = new Map();
const answers = {
  cards: ({ logs, counting, planted }) =>
    logs.map((lines) => told(planted ? PLANTED[planted](lines) : lines, counting)),
  told: ({ lines, counting, reflections }) => told(lines, counting, reflections),
  wrongs: ({ lines, words: given }) => lines.map(({ kind, body }) => rules.wrongs(kind, body, words(given))),
  dated: ({ cases }) => cases.map(({ line, known }) => rules.dated(line, known)),
  instants: ({ texts }) => texts.map((text) => rules.instant(text)),
  ordered: ({ texts }) => [...texts].sort(rules.byText),
  checked: ({ facts, checks }) => {
    const { participation: held, withSuggestion, ...rest } = facts;
    const maps = Object.fromEntries(
      Object.entries(held).map(([key, value]) => [key, typeof value === "object" ? new Map(Object.entries(value)) : value]),
    );
    return rules.checked({ ...rest, participation: maps, withSuggestion: new Set(withSuggestion) }, checks);
  },
  centres: ({ cases }) =>
    cases.map(({ aggregate, histogram, values }) => {
      const found = rules.centre(aggregate, histogram, values);
      return { centre: exact(found), milli: rules.milli(found), n: rules.size(histogram) };
    }),
  combined: ({ cases }) =>
    cases.map(({ aggregate, combine, groups, values }) => {
      const found = rules.combined(aggregate, combine, groups, values);
      return { centre: exact(found), milli: rules.milli(found) };
    }),
  classes: ({ cases }) => cases.map(({ histogram, values, bounds }) => rules.classes(histogram, values, bounds)),
  millis: ({ cases }) => cases.map(([n, d]) => rules.milli(rules.fraction(BigInt(n), BigInt(d)))),
  told_apart: ({ profile, cells }) => {
    const { sexes, bands } = rules.toldApart(profile, new Map(Object.entries(cells)));
    return [sexes, bands];
  },
  // A phone keeps what it wrote and what reached it, as it came.
  take: ({ phone, lines }) => {
    phones.set(phone, [...(phones.get(phone) ?? []), ...lines]);
    return phones.get(phone).length;
  },
  read: ({ phone, counting, planted }) => {
    const log = phones.get(phone) ?? [];
    return told(planted ? PLANTED[planted](log) : log, counting);
  },
  forget: () => phones.clear() ?? null,
};

for await (const request of createInterface({ input: process.stdin })) {
  const { do: what, ...given } = JSON.parse(request);
  process.stdout.write(`${JSON.stringify(answers[what](given))}\n`);
}
