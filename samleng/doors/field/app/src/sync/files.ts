// Photographs and recordings, sent byte by byte by tus 1.0.0: after a cut, from where the server stands.
import { changeCard } from "../store/cards";
import { database, type KeptFile } from "../store/database";
import { unlocked, unsealBytes } from "../store/vault";
import { Away, raw, Refusal, type Refused } from "./server";

const PART = 256 * 1024;
const TUS = { "Tus-Resumable": "1.0.0" };

const text64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

export async function sendFiles(): Promise<void> {
  // The bytes lie under the phone's own key.
  if (!unlocked()) return;
  const db = await database();
  for (const file of await db.getAll("files")) {
    if (file.sent) continue;
    try {
      const known = await sendFile(file);
      await db.put("files", { ...known, sent: 1 });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 401) throw error;
      // One that the site does not take holds up no other; why stands at its card.
      await changeCard(file.card, () => ({ refused: error.message || error.code }));
    }
  }
}

/** Send what is still to come of a file; the site may have given it up after weeks, then from its beginning. */
async function sendFile(file: KeptFile): Promise<KeptFile> {
  const body = await unsealBytes(file.sealed);
  const known = file.address ? file : await announced(file, body);
  try {
    await sendRest(known, body);
    return known;
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 404) throw error;
  }
  const anew = await announced(file, body);
  await sendRest(anew, body);
  return anew;
}

async function checked(answer: Response, wanted: number[]): Promise<Response> {
  if (wanted.includes(answer.status)) return answer;
  // Another connection writes it, or a part came damaged: asked anew where it stands, it goes on.
  if (answer.status >= 500 || [423, 429, 460].includes(answer.status)) throw new Away(String(answer.status));
  const told = (await answer.json().catch(() => null)) as { refusals?: Refused[] } | null;
  if (told?.refusals?.[0]?.code === "offset") throw new Away("offset");
  throw new Refusal(
    answer.status,
    told?.refusals ?? [{ message: `${answer.status}`, field: "file", row: null, remedy: "", code: "file" }],
  );
}

/** SHA-256 of the whole, by which the site knows that nothing was damaged between here and its disk. */
async function digest(body: ArrayBuffer): Promise<string> {
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return [...found].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function announced(file: KeptFile, body: ArrayBuffer): Promise<KeptFile> {
  const meta = { uid: file.uid, kind: file.kind, card: file.card, about: file.about, sha256: await digest(body) };
  const headers = {
    ...TUS,
    "Upload-Length": String(file.length),
    "Upload-Metadata": Object.entries(meta)
      .map(([name, value]) => (value ? `${name} ${text64(value)}` : name))
      .join(","),
  };
  const answer = await checked(await raw("/app/files/", { method: "POST", headers }), [201, 200]);
  const address = new URL(answer.headers.get("Location") ?? `/app/files/${file.uid}`, location.href).pathname;
  const known = { ...file, address };
  await (await database()).put("files", known);
  return known;
}

async function sendRest(file: KeptFile, body: ArrayBuffer): Promise<void> {
  const head = await checked(await raw(file.address, { method: "HEAD", headers: TUS }), [200, 204]);
  let offset = Number(head.headers.get("Upload-Offset"));
  while (offset < file.length) {
    const headers = { ...TUS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    const part = body.slice(offset, offset + PART);
    const answer = await checked(await raw(file.address, { method: "PATCH", headers, body: part }), [204]);
    offset = Number(answer.headers.get("Upload-Offset"));
  }
}
