// Photographs and recordings, sent byte by byte by tus 1.0.0: after a cut, from where the server stands.
import { database, type KeptFile } from "../store/database";
import { unlocked, unsealBytes } from "../store/vault";
import { Away, raw, Refusal } from "./server";

const PART = 256 * 1024;
const TUS = { "Tus-Resumable": "1.0.0" };

const text64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

export async function sendFiles(): Promise<void> {
  // The bytes lie under the phone's own key.
  if (!unlocked()) return;
  const db = await database();
  for (const file of await db.getAll("files")) {
    if (file.sent) continue;
    const known = file.address ? file : await announced(file);
    await sendRest(known);
    await db.put("files", { ...known, sent: 1 });
  }
}

function checked(answer: Response, wanted: number[]): Response {
  if (wanted.includes(answer.status)) return answer;
  if (answer.status >= 500 || answer.status === 429) throw new Away(String(answer.status));
  throw new Refusal(answer.status, [{ message: `${answer.status}`, field: "file", row: null, remedy: "", code: "file" }]);
}

async function announced(file: KeptFile): Promise<KeptFile> {
  const meta = { uid: file.uid, kind: file.kind, card: file.card, about: file.about, filetype: file.type };
  const headers = {
    ...TUS,
    "Upload-Length": String(file.length),
    "Upload-Metadata": Object.entries(meta)
      .map(([name, value]) => (value ? `${name} ${text64(value)}` : name))
      .join(","),
  };
  const answer = checked(await raw("/app/files/", { method: "POST", headers }), [201, 200]);
  const address = new URL(answer.headers.get("Location") ?? `/app/files/${file.uid}`, location.href).pathname;
  const known = { ...file, address };
  await (await database()).put("files", known);
  return known;
}

async function sendRest(file: KeptFile): Promise<void> {
  const head = checked(await raw(file.address, { method: "HEAD", headers: TUS }), [200, 204]);
  let offset = Number(head.headers.get("Upload-Offset"));
  const body = await unsealBytes(file.sealed);
  while (offset < file.length) {
    const headers = { ...TUS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    const part = body.slice(offset, offset + PART);
    const answer = checked(await raw(file.address, { method: "PATCH", headers, body: part }), [204]);
    offset = Number(answer.headers.get("Upload-Offset"));
  }
}
