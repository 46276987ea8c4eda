// Which recording belongs to what, in the audio language chosen for the meeting.
import type { Criterion, Point } from "./meeting/pack";
import type { Room } from "./meeting/room";

/** The address of a recording, or undefined where none has been made in this language. */
export function heldSound(room: Room, of: Criterion | Point | "consent"): string | undefined {
  return (of === "consent" ? room.method.consent_sounds : of.sounds)?.[room.held.audio]?.url;
}
