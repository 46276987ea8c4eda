// What the phone keeps. Everything about a meeting is sealed before it comes here; what lies open is only
// what sending needs while the app is locked: ids, sizes, and whether a thing has been sent.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  body: ArrayBuffer;
}

export interface KeptCard {
  id: string;
  sealed: Sealed;
  /** Moment (ms) after which the copy may go, once nothing of it is unsent; 0 while it is needed. */
  goes: number;
}

export interface KeptLine {
  card: string;
  uid: string;
  /** 0 until the server has acknowledged it. */
  sent: 0 | 1;
  sealed: Sealed;
}

/** A parcel on its way: sealed to the server ("away"), or under the phone's own key until it is sent. */
export interface KeptParcel {
  uid: string;
  card: string;
  submit: 0 | 1;
  lines: string[];
  away: { key: string; sealed: string } | null;
  own: Sealed | null;
  made: number;
  tries: number;
  refused: string;
}

export interface KeptFile {
  uid: string;
  card: string;
  kind: "photo" | "sound";
  about: string;
  type: string;
  length: number;
  sealed: Sealed;
  /** Address the server gave for it, "" before it knows of it. */
  address: string;
  sent: 0 | 1;
}

interface Schema extends DBSchema {
  meta: { key: string; value: unknown };
  cards: { key: string; value: KeptCard };
  lines: { key: [string, string]; value: KeptLine; indexes: { card: string; unsent: [string, number] } };
  parcels: { key: string; value: KeptParcel; indexes: { card: string } };
  files: { key: string; value: KeptFile; indexes: { card: string } };
  drafts: { key: string; value: { id: string; sealed: Sealed } };
}

export type Stores = "meta" | "cards" | "lines" | "parcels" | "files" | "drafts";
export type Database = IDBPDatabase<Schema>;

let opened: Promise<Database> | null = null;

export function database(): Promise<Database> {
  opened ??= openDB<Schema>("samleng", 1, {
    upgrade(db) {
      db.createObjectStore("meta");
      db.createObjectStore("cards", { keyPath: "id" });
      const lines = db.createObjectStore("lines", { keyPath: ["card", "uid"] });
      lines.createIndex("card", "card");
      lines.createIndex("unsent", ["card", "sent"]);
      db.createObjectStore("parcels", { keyPath: "uid" }).createIndex("card", "card");
      db.createObjectStore("files", { keyPath: "uid" }).createIndex("card", "card");
      db.createObjectStore("drafts", { keyPath: "id" });
    },
    // Another tab of the app brings a newer shape: this one lets go, and reads anew when it is used again.
    blocking() {
      void opened?.then((db) => db.close());
      opened = null;
    },
    terminated() {
      opened = null;
    },
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

export async function meta<T>(key: string): Promise<T | undefined> {
  return (await (await database()).get("meta", key)) as T | undefined;
}

export async function keepMeta(key: string, value: unknown): Promise<void> {
  await (await database()).put("meta", value, key);
}

/** Whether an error says that the phone's storage is full. */
export const isFull = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === "QuotaExceededError" || /quota|disk|full/i.test(error.message));
