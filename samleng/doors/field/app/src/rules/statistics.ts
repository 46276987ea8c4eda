// The one statistics module in its second language: what a room's votes come to, exact. A histogram is a list of
// counts, one per scale value in ascending order. The vectors in tests/vectors hold both languages to the same.

/** An exact number in lowest terms; `d` is above zero. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

export type Histogram = readonly number[];
export type Aggregate = "median" | "mean" | "share_yes" | "met_standard";
export type Combine = "pool" | "median_of_medians";

export function fraction(n: number | bigint, d: number | bigint): Fraction {
  let [a, b] = [BigInt(n), BigInt(d)];
  if (b < 0n) [a, b] = [-a, -b];
  let [x, y] = [a < 0n ? -a : a, b];
  while (y) [x, y] = [y, x % y];
  return { n: a / x, d: b / x };
}

/** Below zero, zero or above it as `a` is less than, the same as or more than `b`. */
export function order(a: Fraction, b: Fraction): number {
  const gap = a.n * b.d - b.n * a.d;
  return gap < 0n ? -1 : gap > 0n ? 1 : 0;
}

/** The whole number at or below n / d. */
export function floor(n: bigint, d: bigint): bigint {
  const down = n / d;
  return n % d < 0n ? down - 1n : down;
}

/** Histograms summed class by class; shorter ones count as ending in zeros. */
export function add(...histograms: Histogram[]): number[] {
  const width = Math.max(0, ...histograms.map((h) => h.length));
  return Array.from({ length: width }, (_none, i) => histograms.reduce((sum, h) => sum + (h[i] ?? 0), 0));
}

/** How many votes there are. */
export function size(histogram: Histogram): number {
  return histogram.reduce((sum, n) => sum + n, 0);
}

/** The middle vote; of an even count the mean of the two middle ones, kept exact. null if no vote. */
export function median(histogram: Histogram, values: Histogram): Fraction | null {
  const n = size(histogram);
  if (n === 0) return null;
  const [low, high] = [Math.floor((n - 1) / 2), Math.floor(n / 2)];
  return fraction(nth(histogram, values, low) + nth(histogram, values, high), 2);
}

/** The vote at a position (from 0) when all votes stand in order. */
function nth(histogram: Histogram, values: Histogram, position: number): number {
  let left = position;
  for (let i = 0; i < values.length && i < histogram.length; i += 1) {
    if (left < histogram[i]) return values[i];
    left -= histogram[i];
  }
  throw new RangeError(`no vote at ${position}`);
}

/** The arithmetic mean, kept exact. null if no vote. */
export function mean(histogram: Histogram, values: Histogram): Fraction | null {
  const n = size(histogram);
  if (n === 0) return null;
  return fraction(values.reduce((sum, value, i) => sum + value * (histogram[i] ?? 0), 0), n);
}

/** The share (0 to 1) of votes at the highest value: yes among yes and no, met among met and not. */
export function shareTop(histogram: Histogram, values: Histogram): Fraction | null {
  const n = size(histogram);
  return n === 0 ? null : fraction(histogram[values.length - 1] ?? 0, n);
}

const CENTRES = { median, mean, share_yes: shareTop, met_standard: shareTop };

/** The central value by the framework's aggregate. */
export function centre(aggregate: Aggregate, histogram: Histogram, values: Histogram): Fraction | null {
  return CENTRES[aggregate](histogram, values);
}

/** Several groups' histograms as one central value: votes pooled, or the median of the groups' own. */
export function combined(
  aggregate: Aggregate,
  how: Combine,
  byGroup: readonly Histogram[],
  values: Histogram,
): Fraction | null {
  const filled = byGroup.filter((h) => size(h) > 0);
  if (how !== "median_of_medians" || filled.length < 2) return centre(aggregate, add(...filled), values);
  const centres = filled.map((h) => centre(aggregate, h, values)!).sort(order);
  const low = centres[Math.floor((centres.length - 1) / 2)];
  const high = centres[Math.floor(centres.length / 2)];
  return fraction(low.n * high.d + high.n * low.d, 2n * low.d * high.d);
}

/** The value in whole thousandths, halves rounded up. */
export function milli(value: Fraction | null): number | null {
  return value === null ? null : Number(floor(2000n * value.n + value.d, 2n * value.d));
}

/** The counts of wider classes, each from a lowest to a highest value, both included. */
export function classes(
  histogram: Histogram,
  values: Histogram,
  bounds: readonly (readonly [number, number])[],
): number[] {
  return bounds.map(([low, high]) =>
    values.reduce((sum, value, i) => (low <= value && value <= high ? sum + (histogram[i] ?? 0) : sum), 0),
  );
}
