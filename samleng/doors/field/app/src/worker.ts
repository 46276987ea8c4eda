// The service worker: keeps the app itself on the phone, and sends finished cards when a signal comes back.
/// <reference lib="webworker" />
import { send } from "./sync/send";

declare const self: ServiceWorkerGlobalScope & { SHELL: { version: string; files: string[] } };

const SHELL = `samleng-shell-${self.SHELL.version}`;
const SOUNDS = "samleng-sounds";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(SHELL).then(async (kept) => {
      // All or nothing: half an app does not open. "no-cache" asks the site past any proxy whether each file is
      // the newest; what the page has just loaded does not travel twice.
      await kept.addAll(self.SHELL.files.map((file) => new Request(file, { cache: "no-cache" })));
      await self.skipWaiting();
    }),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then(async (names) => {
      const old = names.filter((name) => name.startsWith("samleng-shell-") && name !== SHELL);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    }),
  );
});

/** What is kept under an address: it is the same for everybody, whatever headers say of language or session. */
async function keptIn(name: string, address: string): Promise<Response | undefined> {
  return (await caches.open(name)).match(address, { ignoreVary: true });
}

async function part(whole: Response, from: number, last: string): Promise<Response> {
  const all = await whole.blob();
  const to = Math.min(Number(last || all.size), all.size - 1);
  const headers = { "Content-Range": `bytes ${from}-${to}/${all.size}` };
  return new Response(all.slice(from, to + 1, all.type), { status: 206, headers });
}

async function answered(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (request.mode === "navigate") {
    // The one page, whatever is behind its hash: kept first, so that it opens without a signal and at once.
    return (await keptIn(SHELL, "/app/")) ?? fetch(request);
  }
  const sound = await keptIn(SOUNDS, url.pathname);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  // Safari plays nothing that does not come in the parts it asks for.
  if (sound && range) return part(sound, Number(range[1]), range[2]);
  return sound ?? (await keptIn(SHELL, url.pathname)) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const page = event.request.mode === "navigate" && url.pathname === "/app/";
  const part = /^\/(static|app\/words|sounds)\//.test(url.pathname);
  if (page || part) event.respondWith(answered(event.request));
});

self.addEventListener("sync", (event) => {
  const sync = event as ExtendableEvent & { tag: string };
  if (sync.tag === "samleng-send") sync.waitUntil(send());
});
