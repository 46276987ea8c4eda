// What the reviewer asks to be corrected, as far as this phone knows: the server's word, and what was written
// here since. The server decides when the card comes in; this tells the facilitator what is still open.
import type { Line } from "../rules/index";
import { doorOf, WEEK } from "../rules/index";
import type { Returned } from "../store/cards";
import type { Room } from "./room";

/** Every field that a line speaks of, as samleng/voices/scorecards/rules/marks.py has it. */
export function about(line: Line): string[] {
  const body = line.body as Record<string, never> & { scores?: Record<string, number> };
  if (doorOf(line) === WEEK) return [];
  switch (line.kind) {
    case "setup":
      return Object.keys(body).filter((key) => key !== "replaces" && key !== "table").map((key) => `setup:${key}`);
    case "person":
      return ["people", `person:${body.person || line.uid}`];
    case "raise":
      return ["raised"];
    case "custom":
      return ["raised", `custom:${body.code}`];
    case "priorities":
      return ["priorities"];
    case "ballot":
      return ["ballots", ...Object.keys(body.scores ?? {}).map((code) => `counts:${code}`)];
    case "counts":
      return ["ballots", `counts:${body.criterion}`];
    case "reflect":
      return [`reflect:${body.criterion}`];
  }
  return [];
}

/** Whether a mark is answered: the office says so, or something was written on its field here since. */
export function answeredHere(room: Room, mark: Returned): boolean {
  if (!mark.open || room.card.answers.has(mark.id)) return true;
  const known = new Set(mark.known);
  const all = new Map(room.all.map((line) => [line.uid, line]));
  const later = room.all.filter((line) => !known.has(line.uid));
  const fields = later.flatMap((line) => {
    const gone = line.kind === "void" ? all.get(String(line.body.line)) : undefined;
    return gone ? about(gone) : about(line);
  });
  if (mark.field.startsWith("photo")) return room.photos > mark.photos;
  return mark.field === "" ? fields.length > 0 : fields.includes(mark.field);
}

export const openMarks = (room: Room): Returned[] => room.held.returned.filter((mark) => !answeredHere(room, mark));

/** The address of the screen on which a mark is made good. */
export function markUrl(room: Room, field: string): string {
  const [kind, code] = [field.split(":")[0], field.slice(field.indexOf(":") + 1)];
  if (kind === "reflect") return room.url("reflect", Math.max(1, room.card.priorities.indexOf(code) + 1));
  if (kind === "person") return room.url("participants", code);
  return room.url(STEPS[kind] ?? "setup");
}

/** Field -> the step of the meeting that shows it. */
export const STEPS: Record<string, string> = {
  setup: "setup",
  people: "participants",
  person: "participants",
  raised: "raise",
  custom: "raise",
  priorities: "prioritise",
  ballots: "vote",
  counts: "vote",
  reflect: "reflect",
  photos: "photos",
  photo: "photos",
};
