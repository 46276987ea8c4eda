// Texts compared, measured and found empty as Python does it, so that phone and server never disagree.

/** Orders two texts by code points; JavaScript's own order is by UTF-16 units, and a locale's by its letters. */
export function byText(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length) {
    const left = a.codePointAt(at)!;
    const right = b.codePointAt(at)!;
    if (left !== right) return left - right;
    at += left > 0xffff ? 2 : 1;
  }
  return a.length - b.length;
}

/** How many letters a text has: code points, not UTF-16 units. */
export function letters(text: string): number {
  return [...text].length;
}

/** The first letters of a text. */
export function first(text: string, most: number): string {
  return [...text].slice(0, most).join("");
}

// What Python's str.strip() takes for white space: unlike trim() not U+FEFF, but the separators and U+0085.
const SEEN = /[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Whether a text holds anything but white space. */
export function saysSomething(text: string): boolean {
  return SEEN.test(text);
}

/** Every text once, in the order they first came. */
export function once(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
