// The vote by QR: opened from the phone in the facilitator's hand, cast on the people's own. All of it is the site's;
// this screen shows how it stands, and brings the votes onto the phone's card as they come.
import { useEffect, useRef, useState } from "preact/hooks";
import { changed, type Meeting } from "../meeting/use";
import { giveFile } from "../parts/file";
import { Button, Notice } from "../parts/parts";
import { Qr } from "../parts/qr";
import { keepMeta, meta } from "../store/database";
import { unbase64 } from "../store/site_key";
import { lock } from "../store/vault";
import { catchUp } from "../sync/fetch";
import { send, uuid } from "../sync/send";
import { Away, get, me, post, Refusal } from "../sync/server";
import { say, t, whole } from "../words";
import { Frame } from "./frame";
import { WithoutSignal } from "./signal";

interface Turn {
  uid: string;
  number: number;
}

interface Vote {
  id: string;
  open: boolean;
  present: number;
  handed: number;
  cast: number;
  voted: number;
  missing: number[];
  listed: boolean;
  next: Turn | null;
  /** The room's own code while it hands out tickets, and what its QR says; "" when it does not. */
  code: string;
  address: string;
  short: string;
}

interface Ticket {
  id: string;
  number: number;
  address: string;
  letters: string;
}

interface Told {
  vote: Vote;
  ticket: Ticket;
  next: Turn | null;
}

const EVERY_MS = 4_000;
const LONGEST_MS = 30_000;
const MOST_PLACES = 500;

export function VoteByQr({ meeting }: { meeting: Meeting }) {
  const { room } = meeting;
  const [vote, set] = useState<Vote | null>(null);
  const [known, know] = useState<number | null>(null);
  const [shown, show] = useState<{ ticket: Ticket; next: Turn | null; stands: string } | null>(null);
  const [away, lose] = useState(false);
  const [wrong, tell] = useState<{ text: string; ended: boolean } | null>(null);
  const [busy, wait] = useState(false);
  const [places, type] = useState("");
  const brought = useRef(-1);
  // What was asked for under which id: an answer that was lost is asked for again and comes to the same.
  const ids = useRef<Record<string, string>>({});
  const late = useRef(false);

  const ask = async (what: string, work: (id: string) => Promise<void>): Promise<void> => {
    if (busy) return;
    wait(true);
    try {
      await work((ids.current[what] ??= uuid()));
      delete ids.current[what];
      tell(null);
      lose(false);
    } catch (error) {
      if (error instanceof Away) lose(true);
      else if (error instanceof Refusal) {
        delete ids.current[what];
        tell({ text: error.message || error.code, ended: error.status === 401 });
        // Another phone of this meeting was quicker: its vote is the room's.
        if (what === "open" && error.code === "state") late.current = true;
      } else throw error;
    } finally {
      wait(false);
    }
  };

  /** Votes that have come since are put on this phone's card, where results and numbers show them. */
  const stands = async (now: Vote): Promise<void> => {
    set(now);
    if (now.voted === brought.current) return;
    await catchUp(room.id);
    brought.current = now.voted;
    changed();
  };

  const read = () =>
    ask("read", async () => {
      // What is written here is on the card before the room votes on it; and a form needs its token.
      await send();
      await me();
      const found = await get<{ present: number; vote: Vote | null }>(`/app/cards/${room.id}/vote`);
      know(found.present);
      if (found.vote) await stands(found.vote);
    });
  useEffect(() => void read(), []);
  useEffect(() => {
    if (busy || !late.current) return;
    late.current = false;
    void read();
  }, [busy]);

  const following = vote?.open ? vote.id : "";
  const watched = shown?.ticket.id ?? "";
  useEffect(() => {
    if (!following) return;
    let pause = EVERY_MS;
    let over = false;
    let clock = 0;
    const look = async () => {
      try {
        if (document.visibilityState === "visible") {
          const found = await get<{ vote: Vote; ticket: string | null }>(`/app/votes/${following}?ticket=${watched}`);
          if (over) return;
          await stands(found.vote);
          if (found.ticket) show((before) => before && { ...before, stands: found.ticket ?? "" });
          lose(false);
          pause = EVERY_MS;
        }
      } catch (error) {
        if (error instanceof Away) lose(true);
        pause = Math.min(pause * 2, LONGEST_MS);
      }
      if (!over) clock = window.setTimeout(() => void look(), pause);
    };
    clock = window.setTimeout(() => void look(), pause);
    return () => {
      over = true;
      clearTimeout(clock);
    };
  }, [following, watched]);

  const open = () => {
    const many = known ? 0 : whole(places);
    if (many === null || Number.isNaN(many) || many > MOST_PLACES || (!known && !many))
      return tell({ text: t("qr.wrong"), ended: false });
    return ask("open", async (request) => {
      await send();
      await stands((await post<Told>(`/app/cards/${room.id}/vote/open`, { request, places: many })).vote);
    });
  };
  const door = (on: boolean) =>
    ask("door", async () => set((await post<Told>(`/app/votes/${following}/door`, { open: on })).vote));
  const ticket = (turn: Turn | null) =>
    ask("ticket", async (draw) => {
      // The one shown last is nobody's if nobody opened it, also when the tab was killed meanwhile.
      const before = await meta<string>(`shown-${following}`);
      const made = await post<Told>(`/app/votes/${following}/ticket`, {
        draw,
        person: turn?.uid ?? "",
        shown: before ?? "",
      });
      await keepMeta(`shown-${following}`, made.ticket.id);
      set(made.vote);
      show({ ticket: made.ticket, next: made.next, stands: "waiting" });
    });
  const print = () => {
    const many = vote?.listed ? 0 : whole(places);
    if (many === null || Number.isNaN(many)) return tell({ text: t("qr.wrong"), ended: false });
    return ask("print", async (draw) => {
      const made = await post<Told & { name: string; pdf: string }>(`/app/votes/${following}/sheets`, {
        draw,
        count: many,
      });
      set(made.vote);
      giveFile(new File([unbase64(made.pdf)], made.name, { type: "application/pdf" }));
    });
  };
  const close = () =>
    ask("close", async () => {
      const now = (await post<Told>(`/app/votes/${following}/close`, {})).vote;
      brought.current = -1;
      show(null);
      await stands(now);
    });

  const count = vote && (
    <p class="turn" role="status">
      {t("qr.voted", { n: vote.voted, all: vote.present })}
    </p>
  );
  const howMany = (id: string, label: string, hint: string) => (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && <p class="hint">{hint}</p>}
      <input
        class="short"
        id={id}
        inputMode="numeric"
        autoComplete="off"
        value={places}
        onInput={(event) => type(event.currentTarget.value)}
      />
    </div>
  );
  const told = (
    <>
      {wrong && (
        <Notice kind="bad">
          <p>{wrong.text}</p>
          {wrong.ended && (
            <Button kind="quiet" icon="lock-closed" onClick={lock}>
              {t("leave")}
            </Button>
          )}
        </Notice>
      )}
      {away && vote && (
        <Notice kind="care">
          <p>{t("qr.old")}</p>
        </Notice>
      )}
    </>
  );

  if (shown && vote?.open)
    return (
      <Frame
        meeting={meeting}
        step="vote"
        title={shown.ticket.number ? t("qr.look_number", { n: shown.ticket.number }) : t("qr.look")}
        tip={false}
      >
        {told}
        <Qr text={shown.ticket.address} label={t("qr.label")} />
        <p class="short-way">
          {vote.short}
          <br />
          <b>{shown.ticket.letters}</b>
        </p>
        <p class="status-line" role="status" data-state={shown.stands}>
          {t(`qr.${shown.stands}`)}
        </p>
        <Button icon="arrow-right" after disabled={busy} onClick={() => void ticket(shown.next)}>
          {shown.next ? t("qr.next_number", { n: shown.next.number }) : t("qr.next")}
        </Button>
        <div class="tally">{count}</div>
        <p>
          <button class="linkish" type="button" onClick={() => show(null)}>
            {t("qr.count")}
          </button>
        </p>
      </Frame>
    );

  if (vote?.open)
    return (
      <Frame meeting={meeting} step="vote" title={t("qr.title")} tip={false}>
        {told}
        <div class="tally">
          {count}
          <p class="soft">{t("qr.handed", { n: vote.handed, m: vote.cast })}</p>
          {vote.missing.length > 0 && (
            <p>
              {t("qr.missing")} <b>{vote.missing.join(", ")}</b>
            </p>
          )}
        </div>
        {vote.code ? (
          <section class="next">
            <h2>{t("qr.room_look")}</h2>
            <Qr text={vote.address} label={t("qr.room_label")} />
            <p class="short-way">
              {vote.short}
              <br />
              <b>{vote.code}</b>
            </p>
            <Button kind="quiet" icon="lock-closed" disabled={busy} onClick={() => void door(false)}>
              {t("qr.room_off")}
            </Button>
          </section>
        ) : (
          <section class="next">
            <h2>{t("qr.room")}</h2>
            <p>{t("qr.room_what")}</p>
            <Button icon="users" disabled={busy} onClick={() => void door(true)}>
              {t("qr.room_on")}
            </Button>
          </section>
        )}
        <section class="card">
          <h2>{t("qr.one")}</h2>
          <p class="soft">{t("qr.one_what")}</p>
          <Button kind="quiet" icon="qr-code" disabled={busy} onClick={() => void ticket(vote.next)}>
            {vote.next ? t("qr.one_number", { n: vote.next.number }) : t("qr.one_on")}
          </Button>
        </section>
        <section class="card">
          <h2>{t("qr.without")}</h2>
          <p class="soft">{t("qr.without_what")}</p>
          <div class="pair-of-buttons">
            <Button kind="quiet" icon="arrow-right" after to={room.url("vote")}>
              {t("vote.people")}
            </Button>
            {room.countable && (
              <Button kind="quiet" icon="table-cells" to={room.url("vote", "counts")}>
                {t("vote.type_counts")}
              </Button>
            )}
          </div>
        </section>
        <details>
          <summary>{t("qr.paper")}</summary>
          {vote.listed ? <p class="soft">{t("qr.paper_what")}</p> : howMany("count", t("qr.how_many"), "")}
          <Button kind="quiet" icon="arrow-down-tray" disabled={busy} onClick={() => void print()}>
            {t("qr.print")}
          </Button>
        </details>
        <p>
          <a href={say(room.held.pack.pages.phones)}>{t("qr.wrong_one")}</a>
        </p>
        <div class="onward">
          {vote.handed > vote.cast && <p class="soft">{t("qr.sure")}</p>}
          <Button icon="lock-closed" disabled={busy} onClick={() => void close()}>
            {t("qr.close")}
          </Button>
        </div>
      </Frame>
    );

  return (
    <Frame meeting={meeting} step="vote" title={t("qr.title")} tip={false}>
      {told}
      {away && !vote ? (
        <WithoutSignal meeting={meeting} again={() => void read()} />
      ) : known === null && !wrong ? (
        <p class="soft">{t("opening")}</p>
      ) : (
        <>
          {!vote && <p>{t("qr.how")}</p>}
          {vote &&
            (brought.current === vote.voted ? (
              <Notice kind="good" title={t("qr.closed")}>
                <p>{t("qr.closed_what", { n: vote.cast })}</p>
              </Notice>
            ) : (
              <Notice kind="care" title={t("qr.closed")}>
                <Button
                  kind="quiet"
                  icon="arrow-path"
                  disabled={busy}
                  onClick={() => void ask("bring", () => stands(vote))}
                >
                  {t("try_again")}
                </Button>
              </Notice>
            ))}
          {vote && (
            <div class="onward">
              <Button icon="arrow-right" after to={room.after("vote")}>
                {t("vote.see_results")}
              </Button>
            </div>
          )}
          {!known && !vote && howMany("places", t("qr.places"), t("qr.places_hint"))}
          <Button
            kind={vote ? "quiet" : ""}
            icon="qr-code"
            disabled={busy || !room.open || !room.chosen.length}
            onClick={() => void (vote ? (set(null), read()) : open())}
          >
            {vote ? t("qr.again") : t("qr.open")}
          </Button>
          <p>
            <a href={say(room.held.pack.pages.phones)}>{t("qr.town")}</a>
          </p>
        </>
      )}
      <p>
        <a href={room.url("vote")}>{t("back")}</a>
      </p>
    </Frame>
  );
}
