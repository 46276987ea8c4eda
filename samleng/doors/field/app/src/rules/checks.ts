// What review should look at: the framework's quality checks, and votes that look unlike people's.
import { ROOM_DOOR, type Ballot, type Card } from "./lines";
import { daysBetween, micros } from "./moments";
import { floor, fraction, order, size, type Fraction } from "./statistics";
import { ofSex, type Participation } from "./tally";
import { byText } from "./texts";

/** What checks are held against; days are texts YYYY-MM-DD. */
export interface Facts {
  readonly side: string;
  readonly participation: Participation;
  readonly priorities: readonly string[];
  readonly withSuggestion: ReadonlySet<string>;
  readonly heldOn: string | null;
  readonly submittedOn: string;
  readonly women?: string;
  readonly informationGivenOn?: string | null;
}

export interface Check {
  readonly code: string;
  readonly kind: string;
  readonly params: { readonly [key: string]: string | number };
}

/** One check: passed, failed, or not to be judged yet (null). */
export interface Checked {
  readonly code: string;
  readonly kind: string;
  readonly passed: boolean | null;
  readonly found: string;
}

type Verdict = [boolean | null, string];
const NOT_YET: Verdict = [null, ""];

const CHECKS: Record<string, (facts: Facts, params: Check["params"]) => Verdict> = {
  min_participants: ({ side, participation }, params) =>
    side === (params.side ?? "community")
      ? [participation.people >= Number(params.people), String(participation.people)]
      : NOT_YET,
  min_staff: (facts, params) =>
    CHECKS.min_participants(facts, { people: params.people ?? 0, side: "provider" }),
  min_women_share: ({ side, participation, women = "female" }, params) => {
    if (side !== "community" || !participation.people) return NOT_YET;
    const percent = Math.floor((100 * ofSex(participation, women)) / participation.people);
    return [percent >= Number(params.percent), `${percent}%`];
  },
  min_group: ({ side, participation }, params) => {
    if (side !== "community") return NOT_YET;
    const present = participation.special.get(String(params.group)) ?? 0;
    return [present >= Number(params.people), String(present)];
  },
  action_per_priority: ({ priorities, withSuggestion }) => {
    const lacking = priorities.filter((criterion) => !withSuggestion.has(criterion));
    return [lacking.length === 0 && priorities.length > 0, lacking.join(", ")];
  },
  entered_within_days: ({ heldOn, submittedOn }, params) => {
    if (heldOn === null) return NOT_YET;
    const late = daysBetween(heldOn, submittedOn);
    return [late <= Number(params.days), String(late)];
  },
  information_given_before: ({ heldOn, informationGivenOn = null }) =>
    heldOn === null || informationGivenOn === null
      ? NOT_YET
      : [byText(informationGivenOn, heldOn) <= 0, informationGivenOn],
};

/** Each check held against the facts; kinds of later steps are left to these. */
export function checked(facts: Facts, checks: readonly Check[]): Checked[] {
  return checks
    .filter(({ kind }) => Object.prototype.hasOwnProperty.call(CHECKS, kind))
    .map(({ code, kind, params }) => {
      const [passed, found] = CHECKS[kind](facts, params);
      return { code, kind, passed, found };
    });
}

/** Something unlike people's votes; it asks the reviewer to look, it accuses nobody. */
export interface Flag {
  readonly code: string;
  readonly found: string;
}

/** Uniform votes and ballots written faster than anyone can ask (`fastest`: seconds a score). */
export function flags(card: Card, fewest = 5, fastest = 2): Flag[] {
  const ballots = [...card.ballots.values()].filter((one) => one.scores.size > 0);
  const found: Flag[] = [];
  if (ballots.length >= fewest) {
    const patterns = new Set(ballots.map(pattern));
    if (patterns.size === 1) found.push({ code: "uniform_votes", found: String(ballots.length) });
    const straight = ballots.filter((one) => one.scores.size > 1 && new Set(one.scores.values()).size === 1);
    if (patterns.size > 1 && straight.length * 10 >= ballots.length * 9) {
      found.push({ code: "same_face_for_everything", found: `${straight.length}/${ballots.length}` });
    }
    const pace = secondsPerScore(ballots);
    if (pace && order(pace, fraction(fastest, 1)) < 0) {
      found.push({ code: "votes_too_fast", found: `${tenths(pace)} s` });
    }
  }
  for (const one of card.counts) {
    if (size(one.counts) >= fewest && one.counts.filter((n) => n > 0).length === 1) {
      found.push({ code: "unanimous_counts", found: one.criterion });
    }
  }
  return found;
}

function pattern(ballot: Ballot): string {
  return JSON.stringify([...ballot.scores].sort(([a], [b]) => byText(a, b)));
}

/** The median pace at which each table asked its ballots, exact; null where no two were asked in a row. */
export function secondsPerScore(ballots: readonly Ballot[]): Fraction | null {
  const asked = new Map<string, { at: bigint; scores: number }[]>();
  for (const { door, table, written_at, scores } of ballots) {
    // People who vote on their own phones, and papers typed in afterwards, have no pace.
    if (door === ROOM_DOOR) {
      asked.set(table, [...(asked.get(table) ?? []), { at: micros(written_at), scores: scores.size }]);
    }
  }
  const paces: Fraction[] = [];
  for (const times of asked.values()) {
    times.sort((a, b) => (a.at === b.at ? a.scores - b.scores : a.at < b.at ? -1 : 1));
    for (let i = 1; i < times.length; i += 1) {
      paces.push(fraction(times[i].at - times[i - 1].at, 1_000_000 * Math.max(times[i].scores, 1)));
    }
  }
  paces.sort(order);
  return paces[Math.floor(paces.length / 2)] ?? null;
}

/** A number of seconds with one decimal, halves rounded up: the same text on every machine. */
function tenths(value: Fraction): string {
  const whole = floor(20n * value.n + value.d, 2n * value.d);
  return `${floor(whole, 10n)}.${whole - 10n * floor(whole, 10n)}`;
}
