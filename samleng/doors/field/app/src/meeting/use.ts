// A meeting on the screen: read from the disk, written to the disk, read anew when anything changed it.
import { useCallback, useEffect, useState } from "preact/hooks";
import { filesOf, heldCard, linesOf, writeLines } from "../store/cards";
import { isFull } from "../store/database";
import { Locked } from "../store/vault";
import { t } from "../words";
import { linesFrom, Room, type Draft } from "./room";

const told = new EventTarget();
const others = "BroadcastChannel" in self ? new BroadcastChannel("samleng") : null;
if (others) others.onmessage = () => told.dispatchEvent(new Event("changed"));

/** Say to every screen and tab that something on the disk is new. */
export function changed(): void {
  told.dispatchEvent(new Event("changed"));
  others?.postMessage("changed");
}

export function useChanged(react: () => void): void {
  useEffect(() => {
    told.addEventListener("changed", react);
    return () => told.removeEventListener("changed", react);
  }, [react]);
}

/** What went wrong on this phone, in words; the lock is no fault, its screen takes over. */
export function saidOf(error: unknown): string {
  if (error instanceof Locked) return "";
  if (isFull(error)) return t("error.full");
  return error instanceof Error && error.message ? error.message : t("error.phone");
}

export interface Meeting {
  room: Room;
  error: string;
  /** Write lines; true once they are on the disk. */
  write: (drafts: Draft[]) => Promise<boolean>;
}

export function useMeeting(id: string): Meeting | null | "none" {
  const [room, show] = useState<Room | null | "none">(null);
  const [error, say] = useState("");
  const read = useCallback(async () => {
    try {
      const held = await heldCard(id);
      show(held ? new Room(held, await linesOf(id), (await filesOf(id)).filter((file) => file.kind === "photo").length) : "none");
    } catch (failed) {
      say(saidOf(failed));
    }
  }, [id]);
  useEffect(() => {
    void read();
  }, [read]);
  useChanged(read);
  if (room === null || room === "none") return room;
  const write = async (drafts: Draft[]): Promise<boolean> => {
    try {
      if (drafts.length) {
        await writeLines(id, linesFrom(drafts, room.all));
        changed();
        await read();
      }
      say("");
      return true;
    } catch (failed) {
      say(saidOf(failed));
      return false;
    }
  };
  return { room, error, write };
}
