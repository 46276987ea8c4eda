// How the app speaks to the server: JSON, with what was refused as things to show.

export interface Refused {
  message: string;
  field: string | null;
  row: number | null;
  remedy: string;
  code: string;
}

/** The server said no; nothing was changed there. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly many: Refused[],
  ) {
    super(many.map((one) => `${one.message} ${one.remedy}`.trim()).join("\n"));
  }

  get code(): string {
    return this.many[0]?.code ?? "";
  }
}

/** There is no signal, or the server is away; to be tried again. */
export class Away extends Error {}

const TIMEOUT_MS = 45_000;
let csrf = "";

/** The language of the page; the service worker has none. */
const spoken = (): string => (typeof document === "undefined" ? "" : document.documentElement.lang);

async function asked(path: string, how: RequestInit): Promise<Response> {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const headers = { Accept: "application/json", ...(spoken() && { "Accept-Language": spoken() }), ...how.headers };
    return await fetch(path, { credentials: "same-origin", redirect: "error", ...how, headers, signal: stop.signal });
  } catch (error) {
    throw new Away(String(error));
  } finally {
    clearTimeout(clock);
  }
}

/** Whether the same may be taken a little later. */
export const isForLater = (status: number): boolean => status >= 500 || status === 429 || status === 408;

async function read<T>(answer: Response): Promise<T> {
  if (isForLater(answer.status)) throw new Away(String(answer.status));
  let body: unknown;
  try {
    body = await answer.json();
  } catch (error) {
    if (answer.status >= 400) throw new Refusal(answer.status, []);
    // A hotel's or a carrier's own page instead of ours.
    throw new Away(String(error));
  }
  if (answer.ok) return body as T;
  const { refusals, code } = body as { refusals?: Refused[]; code?: string };
  throw new Refusal(answer.status, refusals ?? [{ message: "", field: null, row: null, remedy: "", code: code ?? "" }]);
}

export const get = async <T>(path: string): Promise<T> => read<T>(await asked(path, { method: "GET" }));

export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  return read<T>(await asked(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** Any request, its answer unread; for files sent in parts. */
export const raw = (path: string, how: RequestInit): Promise<Response> => asked(path, how);

export interface Me {
  enrolled: boolean;
  device: string;
  signed_in: boolean;
  person: string;
  name: string;
  csrf: string;
}

export async function me(): Promise<Me> {
  const found = await get<Me>("/app/me");
  csrf = found.csrf;
  return found;
}
