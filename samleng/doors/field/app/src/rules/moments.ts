// Moments in one form, UTC with microseconds, so that the order of texts is the order of time.

const ISO = /^(\d{4})(-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
// Years that every clock and database can hold, also when moved to another zone.
const FIRST_YEAR = 2;
const LAST_YEAR = 9998;

/** A moment as text that sorts as it happened; null for a text that is no moment with a zone. */
export function instant(at: Date): string;
export function instant(at: string): string | null;
export function instant(at: Date | string): string | null {
  if (typeof at !== "string") return written(BigInt(at.getTime()) * 1000n);
  const [, year, day, time, fraction = "", zone] = ISO.exec(at) ?? [];
  if (year === undefined || Number(year) < FIRST_YEAR || Number(year) > LAST_YEAR) return null;
  const plain = `${year}${day}T${time}`;
  const parsed = new Date(`${plain}.000Z`);
  // 30 February is read as 2 March by some; what does not come back as it was written is no moment.
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 19) !== plain) return null;
  const minutes = zone === "Z" ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  if (minutes >= 24 * 60 || (zone !== "Z" && Number(zone.slice(4)) > 59)) return null;
  const shift = BigInt(zone.startsWith("-") ? minutes : -minutes) * 60_000_000n;
  return written(BigInt(parsed.getTime()) * 1000n + BigInt(fraction.padEnd(6, "0").slice(0, 6)) + shift);
}

function written(micros: bigint): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, 19);
  return `${seconds}.${rest.toString().padStart(6, "0")}+00:00`;
}

/** Microseconds since 1970 of a moment in the one form. */
export function micros(at: string): bigint {
  return BigInt(Date.parse(`${at.slice(0, 19)}.000Z`)) * 1000n + BigInt(at.slice(20, 26));
}

/** The moment one microsecond later. */
export function justAfter(at: string): string {
  return written(micros(at) + 1n);
}

/** Whether a value is a day of the calendar, written YYYY-MM-DD. */
export function isDay(value: unknown): value is string {
  if (typeof value !== "string" || !DAY.test(value) || value.startsWith("0000")) return false;
  const parsed = new Date(`${value}T00:00:00.000Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(value);
}

/** How many days lie between two days of the calendar. */
export function daysBetween(earlier: string, later: string): number {
  return Math.round((Date.parse(`${later}T00:00:00.000Z`) - Date.parse(`${earlier}T00:00:00.000Z`)) / 86_400_000);
}
