// The vote: whose turn it is, and the phone going round.
import { useState } from "preact/hooks";
import { hand } from "../meeting/handed";
import { openMarks, STEPS } from "../meeting/marks";
import type { Meeting } from "../meeting/use";
import { Button, Fault, Icon, Notice } from "../parts/parts";
import { replace } from "../route";
import { open } from "../store/vault";
import { uuid } from "../sync/send";
import { latin, say, t } from "../words";
import { Frame } from "./frame";

export function Vote({ meeting }: { meeting: Meeting }) {
  const { room } = meeting;
  if (!room.chosen.length)
    return (
      <Frame meeting={meeting} step="vote" title={t("vote.title")}>
        <div class="empty">
          <Icon name="hand-raised" />
          <p>{t("vote.choose_first")}</p>
          <Button to={room.url("prioritise")}>{t("choose.choose")}</Button>
        </div>
      </Frame>
    );
  const voters = room.people.filter((one) => one.counted);
  const left = new Set(room.left.map((one) => one.uid));
  const next = room.left[0];
  // Somebody's vote is to be looked at again: the numbers lie open.
  const asked = room.open && openMarks(room).some((mark) => STEPS[mark.field.split(":")[0]] === "vote");
  const typed = new Set(room.card.counts.map((one) => one.criterion));
  const counted = room.chosen.filter((one) => typed.has(one.code)).length;
  const round = async () => {
    await hand(room.id);
    replace(room.url("vote", "pass", next?.uid ?? uuid()));
  };
  return (
    <Frame meeting={meeting} step="vote" title={t("vote.title")}>
      <ol>
        {room.chosen.map((one) => (
          <li key={one.code}>{say(one.text)}</li>
        ))}
      </ol>
      {counted > 0 && (
        <Notice kind="good">
          <p>{t("vote.counted", { n: counted, all: room.chosen.length })}</p>
        </Notice>
      )}
      <section class="next">
        <h2>{t("vote.people")}</h2>
        {voters.length > 0 && <p>{t("vote.voted", { n: voters.length - left.size, all: voters.length })}</p>}
        <div class="pair-of-buttons">
          {next && (
            <Button icon="arrow-right" after disabled={!room.open} to={room.url("vote", "ballot", next.uid)}>
              {t("vote.number_votes", { n: next.number })}
            </Button>
          )}
          <Button
            kind={next ? "quiet" : ""}
            icon="user-plus"
            disabled={!room.open}
            to={room.url("vote", "ballot", uuid())}
          >
            {t("vote.not_listed")}
          </Button>
        </div>
      </section>
      <section class="card">
        <p>
          <b>{t("vote.round")}</b>
          <br />
          <span class="soft">{t("vote.round_what")}</span>
        </p>
        <Button kind="quiet" icon="eye-slash" disabled={!room.open} onClick={round}>
          {t("vote.round_on")}
        </Button>
      </section>
      {room.countable && (
        <section class="card">
          <h2>{t("vote.counts")}</h2>
          <p class="soft">{t("vote.counts_what")}</p>
          <Button kind="quiet" icon="table-cells" disabled={!room.open} to={room.url("vote", "counts")}>
            {t("vote.type_counts")}
          </Button>
        </section>
      )}
      <section class="card">
        <h2>{t("vote.phones")}</h2>
        <p class="soft">{t("vote.phones_what")}</p>
        <Button kind="quiet" icon="qr-code" disabled={!room.open} to={room.url("vote", "phones")}>
          {t("vote.phones_open")}
        </Button>
      </section>
      {voters.length > 0 && (
        <details open={left.size > 0 || asked}>
          <summary>{t("vote.everybody")}</summary>
          <ul class="chips">
            {voters.map((one) => (
              <li key={one.uid}>
                <a href={room.url("vote", "ballot", one.uid)} class={left.has(one.uid) ? "" : "voted"}>
                  {one.number}
                  {!left.has(one.uid) && <Icon name="check" label={t("vote.has_voted")} />}
                </a>
              </li>
            ))}
          </ul>
        </details>
      )}
      <div class="onward">
        <Button icon="arrow-right" after to={room.after("vote")}>
          {t("vote.see_results")}
        </Button>
      </div>
    </Frame>
  );
}

/** Between two voters: nothing of the last ballot, only whose turn it is. */
export function Pass({ meeting, uid }: { meeting: Meeting; uid: string }) {
  const { room } = meeting;
  const [leaving, leave] = useState(false);
  const [pin, type] = useState("");
  const [wrong, tell] = useState("");
  const person = room.card.people.get(uid);
  const stop = async () => {
    const opened = await open(latin(pin));
    if (opened !== "open") return tell(t(`pin.${opened}`));
    await hand("");
    replace(room.url("vote"));
  };
  return (
    <Frame meeting={meeting} step="vote" title={t("pass.title")} handed>
      <section class="next">
        <p class="turn">{t("people.number", { n: person?.number ?? room.nextVoter })}</p>
        <p>{t("pass.what")}</p>
        <Button icon="arrow-right" after onClick={() => replace(room.url("vote", "ballot", uid))}>
          {t("pass.begin")}
        </Button>
      </section>
      {leaving ? (
        <form
          class="form card"
          onSubmit={(event) => {
            event.preventDefault();
            void stop();
          }}
        >
          <div class={wrong ? "field wrong" : "field"}>
            <label for="pin">{t("pin.yours")}</label>
            {wrong && <Fault>{wrong}</Fault>}
            <input
              id="pin"
              class="short"
              type="password"
              inputMode="numeric"
              autoComplete="off"
              value={pin}
              onInput={(event) => type(event.currentTarget.value)}
            />
          </div>
          <Button submit kind="quiet">
            {t("pass.stop")}
          </Button>
        </form>
      ) : (
        <button class="linkish" type="button" onClick={() => leave(true)}>
          {t("pass.facilitator")}
        </button>
      )}
    </Frame>
  );
}
