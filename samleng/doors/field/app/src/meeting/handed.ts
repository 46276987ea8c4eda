// Handing the phone round: while it goes from voter to voter, nothing but the ballot can be reached. It is kept
// on the disk, so that neither Back nor a restart shows anything else; leaving it takes the facilitator's PIN.
import { keepMeta, meta } from "../store/database";

let card = "";

export const handedCard = (): string => card;

export async function readHanded(): Promise<string> {
  card = (await meta<string>("handed")) ?? "";
  return card;
}

export async function hand(id: string): Promise<void> {
  card = id;
  await keepMeta("handed", id);
}
