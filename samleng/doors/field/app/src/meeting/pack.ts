// What a phone takes along for one card, as doors/field/pack.py writes it.
import type { Words } from "../words";

export interface Named {
  code: string;
  name: Words;
}
export type Sounds = Record<string, { url: string; bytes: number }>;

export interface Point {
  value: number;
  name: Words;
  picture: string;
  sounds: Sounds;
}

export interface Scale {
  kind: "points" | "range" | "yes_no" | "count_vs_standard";
  low: number;
  high: number;
  step: number;
  values: number[];
  points: Point[];
  classes: { code: string; name: Words; low: number; high: number; picture: string }[];
}

export interface Criterion {
  code: string;
  text: Words;
  hint: Words;
  theme: string;
  standard: { text: Words; unit: Words; target: number; at_most: boolean } | null;
  sounds: Sounds;
  custom?: boolean;
  /** The uid of a recording made in the room, for a criterion of its own. */
  sound?: string;
}

export interface Brief {
  id: string;
  code: string;
  state: "planned" | "running" | "in_review" | "completed" | "cancelled";
  side: string;
  side_name: Words;
  facility: Words;
  service: Words;
  place: Words;
  planned_from: string;
  planned_to: string;
  held_on: string;
  programme: Words;
  sample: boolean;
  mine?: boolean;
}

export interface Method {
  name: Words;
  languages: string[];
  audio_languages: string[];
  language_names: Record<string, Words>;
  consent: Words;
  /** Not in packs that were taken along before there was a recorder. */
  consent_sounds?: Sounds;
  scale: Scale;
  aggregate: string;
  combine: string;
  sexes: Named[];
  bands: Named[];
  women: string;
  specials: Named[];
  groups: (Named & { plenary: boolean })[];
  raising: {
    methods: string[];
    priorities_min: number;
    priorities_max: number;
    priorities_advised: number;
    custom_allowed: boolean;
    reflection: { code: "strengths" | "weaknesses" | "suggestions"; name: Words; required: number }[];
  };
  meeting: { people: number; staff: number; days_off_plan: number };
  steps: (Named & { tip: Words; optional: boolean; gate: string[] })[];
  checks: (Named & { kind: string; params: Record<string, unknown> })[];
  small_count: number;
  retention_days: number;
  limits: { text: number; lines: number; people: number; count: number };
  criteria: Criterion[];
}

/** What a facilitator learns on the way: a few cards, each heard as well as read. */
export interface Lesson {
  code: string;
  title: Words;
  cards: { text: Words; sounds: Sounds }[];
}

export interface Pack {
  shape: number;
  key: string;
  /** Seals what goes from phone to phone; only who may hold the card is given it. */
  handover: string;
  /** Pages of this card that need a signal, by language. */
  pages: { phones: Words };
  card: Brief;
  method: Method;
  lessons: Lesson[];
}

/** The sounds of a pack in one language, each once. */
export function soundsOf(pack: Pack, language: string): { url: string; bytes: number }[] {
  const { criteria, scale, consent_sounds } = pack.method;
  const holders = [{ sounds: consent_sounds ?? {} }, ...criteria, ...scale.points, ...pack.lessons.flatMap(({ cards }) => cards)];
  const found = new Map(holders.flatMap(({ sounds }) => (sounds[language] ? [[sounds[language].url, sounds[language]]] : [])));
  return [...found.values()];
}
