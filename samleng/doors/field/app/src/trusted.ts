// Browsers that know Trusted Types take addresses of scripts and drawings only from here: this one worker, and
// what was drawn at build time. All else in the app is text.

interface Policy {
  createHTML(text: string): unknown;
  createScriptURL(address: string): unknown;
}
interface Factory {
  createPolicy(name: string, rules: Record<string, (given: string) => string>): Policy;
}

const WORKER = "/app/worker.js";
const DRAWING = /^(?:<(?:path|circle|rect|line|g|ellipse|polyline|polygon)\b[^<>]*>|<\/[a-z]+>|\s)*$/;

function sure(holds: boolean, given: string): string {
  if (!holds) throw new TypeError("not of this app");
  return given;
}

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
const policy = factory?.createPolicy("samleng-field", {
  createHTML: (drawn) => sure(DRAWING.test(drawn) && !/\son\w+\s*=/i.test(drawn), drawn),
  createScriptURL: (address) => sure(address === WORKER, address),
});

const made = new Map<string, string>();

/** A drawing of the house as it may be put into the page; the same one each time, so that nothing is drawn twice. */
export function drawing(drawn: string): string {
  if (!policy) return drawn;
  const kept = made.get(drawn) ?? (policy.createHTML(drawn) as string);
  made.set(drawn, kept);
  return kept;
}

/** The worker's address as it may be registered. */
export const worker = (): string => (policy?.createScriptURL(WORKER) as string | undefined) ?? WORKER;
