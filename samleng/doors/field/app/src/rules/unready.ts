// What still keeps a card from being sent; the app says it in the reader's language.
import { OWN, QR, type Card } from "./lines";
import { size } from "./statistics";
import { participation, votesOn } from "./tally";

/** Something missing: a code, the step it belongs to, the criterion if it has one ("" if not). */
export interface Lack {
  readonly code: "no_day" | "no_priority" | "no_words" | "no_vote" | "too_many" | "no_suggestion";
  readonly step: "setup" | "priorities" | "vote" | "reflect";
  readonly criterion: string;
}

/** Everything that still keeps the card from being sent, in the order of the meeting. */
export function lacking(card: Card, reflectionsRequired = true): Lack[] {
  const missing: Lack[] = [];
  if (!card.setup.get("held_on")) missing.push({ code: "no_day", step: "setup", criterion: "" });
  if (!card.priorities.length) missing.push({ code: "no_priority", step: "priorities", criterion: "" });
  const voted = new Set([...card.ballots.values()].flatMap((one) => [...one.scores.keys()]));
  for (const one of card.counts) if (size(one.counts)) voted.add(one.criterion);
  const byTicket = [...card.ballots.values()].some((one) => one.door === QR);
  const here = participation(card).people;
  for (const criterion of card.priorities) {
    // Chosen here, added on a phone that has not sent yet.
    if (criterion.startsWith(OWN) && !card.custom.has(criterion)) {
      missing.push({ code: "no_words", step: "priorities", criterion });
    }
    if (!voted.has(criterion)) missing.push({ code: "no_vote", step: "vote", criterion });
    // Somebody who voted with a ticket was counted again, by face or under a number.
    if (byTicket && votesOn(card, criterion) > here) missing.push({ code: "too_many", step: "vote", criterion });
    if (reflectionsRequired && !card.reflections.get(criterion)?.suggestions.length) {
      missing.push({ code: "no_suggestion", step: "reflect", criterion });
    }
  }
  return missing;
}
