// The vote: spoken to a facilitator, tapped by each voter, or counted face by face.
import { useEffect, useState } from "preact/hooks";
import { hand, handedCard } from "../meeting/handed";
import { openMarks, STEPS } from "../meeting/marks";
import type { Criterion, Point } from "../meeting/pack";
import { personDraft, type Draft, type Room } from "../meeting/room";
import type { Meeting } from "../meeting/use";
import { Button, Face, hush, Icon, Notice, Sound } from "../parts/parts";
import { go, replace } from "../route";
import { heldSound } from "../sounds";
import { open } from "../store/vault";
import { uuid } from "../sync/send";
import { latin, say, t, whole } from "../words";
import { Frame } from "./frame";
import { Cells } from "./people";

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
            {wrong && (
              <p class="error">
                <Icon name="exclamation-circle" />
                <span>{wrong}</span>
              </p>
            )}
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

/** The values a criterion may be given, as faces; a range is typed instead. */
const pointsOf = (room: Room): Point[] => (room.method.scale.kind === "range" ? [] : room.method.scale.points);

function Ask({
  room,
  criterion,
  at,
  value,
  choose,
  big,
}: {
  room: Room;
  criterion: Criterion;
  at: number;
  value: number | undefined;
  choose: (value: number | undefined) => void;
  big: boolean;
}) {
  const { scale } = room.method;
  const name = `vote-${at}`;
  const text = say(criterion.text);
  const [typed, type] = useState(value === undefined ? "" : String(value));
  const heading = (
    <>
      {at + 1}. {text} <Sound url={heldSound(room, criterion)} label={text} show={big} />
    </>
  );
  if (scale.kind === "range" || criterion.standard)
    return (
      <div class="ask field">
        <label for={name}>{heading}</label>
        {criterion.standard ? (
          <p class="hint">
            {t("ballot.standard", { text: say(criterion.standard.text), unit: say(criterion.standard.unit) })}
          </p>
        ) : (
          <p class="hint">{t("ballot.range", { low: scale.low, high: scale.high, step: scale.step })}</p>
        )}
        <input
          id={name}
          inputMode="numeric"
          value={typed}
          onInput={(event) => {
            const text_ = latin(event.currentTarget.value);
            type(text_);
            choose(voteFrom(room, criterion, whole(text_)));
          }}
        />
      </div>
    );
  return (
    <fieldset class={value === undefined ? "ask" : "ask answered"}>
      <legend>{heading}</legend>
      <div class={`faces of-${scale.points.length} ${big ? "big" : ""}`}>
        {pointsOf(room).map((point) => (
          <label key={point.value}>
            <Face picture={point.picture} size={big ? "big" : ""} />
            <span class={big ? "" : "hide"}>{say(point.name)}</span>
            <input type="radio" name={name} checked={value === point.value} onChange={() => choose(point.value)} />
          </label>
        ))}
      </div>
      {big && (
        <p class="row face-sounds">
          {pointsOf(room).map((point) => (
            <Sound key={point.value} url={heldSound(room, point)} label={say(point.name)} show={false} />
          ))}
        </p>
      )}
    </fieldset>
  );
}

/** What was typed as a vote: on the scale, or by a standard kept or not; undefined when it is neither. */
function voteFrom(room: Room, criterion: Criterion, typed: number | null): number | undefined {
  if (typed === null || Number.isNaN(typed)) return undefined;
  const { values } = room.method.scale;
  if (criterion.standard) {
    const { target, at_most: atMost } = criterion.standard;
    return (atMost ? typed <= target : typed >= target) ? values[values.length - 1] : values[0];
  }
  return values.includes(typed) ? typed : undefined;
}

export function Ballot({ meeting, uid }: { meeting: Meeting; uid: string }) {
  const { room, write } = meeting;
  const handed = handedCard() === room.id;
  const known = room.card.people.get(uid);
  const [scores, score] = useState<Record<string, number | undefined>>({});
  const [cell, setCell] = useState("");
  const [at, turn] = useState(0);
  const [wrong, tell] = useState("");
  const [busy, wait] = useState(false);
  useEffect(() => hush, []);
  // One of the heads: what they say of themselves stays with the ballot, or they count twice.
  const among = !known && room.amongHeads;
  const number = known?.number ?? room.nextVoter;
  const lacking = room.chosen.filter((one) => scores[one.code] === undefined);
  const save = async () => {
    if (lacking.length) return tell(t("ballot.lacking", { n: lacking.length }));
    if (!known && !cell) return tell(t("ballot.who"));
    wait(true);
    const [sex, band] = cell.split("/");
    const group = known?.group ?? room.method.groups[0]?.code ?? "";
    const person: Draft[] =
      known || among ? [] : [personDraft(room, uid, { number, sex, band, special: [], group, counted: true })];
    const stands = room.standingLine(`ballot:${uid}`);
    const ballot: Draft = [
      "ballot",
      {
        ...(among ? { profile: { cell, special: [] } } : { person: uid }),
        group,
        scores: scores as Record<string, number>,
        table: room.table,
        ...(stands ? { replaces: stands.uid } : {}),
      },
    ];
    const next = room.left.find((one) => one.uid !== uid);
    const saved = await write([...person, ballot]);
    wait(false);
    if (!saved) return;
    // The screen is made anew for the next one, so that nothing of this ballot is left on it.
    if (handed) replace(room.url("vote", "pass", next?.uid ?? uuid()));
    else if (next) replace(room.url("vote", "ballot", next.uid));
    else replace(room.url("vote"));
  };
  const choose = (code: string) => (value: number | undefined) => {
    score({ ...scores, [code]: value });
    tell("");
  };
  const shown = handed ? room.chosen.slice(at, at + 1) : room.chosen;
  return (
    <Frame meeting={meeting} step="vote" title={t("vote.number_votes", { n: number })} handed={handed} tip={false}>
      {!handed && (
        <p>
          <a href={room.url("vote")}>{t("vote.all_numbers")}</a>
        </p>
      )}
      {room.standingLine(`ballot:${uid}`) && !handed && (
        <Notice kind="care">
          <p>{t("ballot.again")}</p>
        </Notice>
      )}
      <form
        class="ballot"
        autoComplete="off"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {!known && <Cells meeting={meeting} on={cell} tap={(sex, band) => setCell(`${sex}/${band}`)} />}
        {shown.map((one) => (
          <Ask
            key={one.code}
            room={room}
            criterion={one}
            at={room.chosen.indexOf(one)}
            value={scores[one.code]}
            choose={choose(one.code)}
            big={handed}
          />
        ))}
        {wrong && (
          <Notice kind="bad">
            <p>{wrong}</p>
          </Notice>
        )}
        <div class="onward">
          {handed && at > 0 && (
            <Button kind="quiet" onClick={() => turn(at - 1)}>
              {t("back")}
            </Button>
          )}
          {handed && at < room.chosen.length - 1 ? (
            <Button
              icon="arrow-right"
              after
              disabled={scores[room.chosen[at].code] === undefined}
              onClick={() => turn(at + 1)}
            >
              {t("next")}
            </Button>
          ) : (
            <Button submit icon="check" disabled={busy}>
              {handed ? t("ballot.done") : t("ballot.save")}
            </Button>
          )}
        </div>
      </form>
    </Frame>
  );
}

/** Votes typed as counts per face, for a group of the meeting at this table. */
export function Counts({ meeting }: { meeting: Meeting }) {
  const { room, write } = meeting;
  const { groups, scale, limits } = room.method;
  const [group, setGroup] = useState(groups[0]?.code ?? "");
  const slotOf = (criterion: string, of: string) => room.standingLine(`counts:${of}:${criterion}:@${room.table}`);
  const start = (of: string): Record<string, string> =>
    Object.fromEntries(
      room.chosen.flatMap((one) => {
        const line = slotOf(one.code, of);
        return ((line?.body.counts as number[]) ?? []).map((n, i) => [`${one.code}/${i}`, n ? String(n) : ""]);
      }),
    );
  const [typed, type] = useState(start(group));
  const [wrong, tell] = useState("");
  const heads = room.counted.people;
  const rowOf = (code: string) => scale.values.map((_value, i) => whole(typed[`${code}/${i}`] ?? "") ?? 0);
  const save = async () => {
    const bad = room.chosen.some((one) => rowOf(one.code).some((n) => Number.isNaN(n) || n > limits.count));
    if (bad) return tell(t("numbers.wrong"));
    const drafts: Draft[] = room.chosen.flatMap((one) => {
      const counts = rowOf(one.code);
      const stands = slotOf(one.code, group);
      if (!stands && !counts.some(Boolean)) return [];
      if (stands && JSON.stringify(stands.body.counts) === JSON.stringify(counts)) return [];
      return [
        [
          "counts",
          { group, criterion: one.code, counts, table: room.table, ...(stands ? { replaces: stands.uid } : {}) },
        ] as Draft,
      ];
    });
    if (await write(drafts)) go(room.after("vote"));
  };
  const other = (code: string) => {
    setGroup(code);
    type(start(code));
  };
  return (
    <Frame meeting={meeting} step="vote" title={t("counts.title")} tip={false}>
      <p class="soft">
        {t("counts.how")} {heads > 0 && t("people.here", { n: heads })}
      </p>
      {groups.length > 1 && (
        <div class="chips" role="group" aria-label={t("people.group")}>
          {groups.map((one) => (
            <label key={one.code}>
              <input type="radio" name="group" checked={group === one.code} onChange={() => other(one.code)} />
              {say(one.name)}
            </label>
          ))}
        </div>
      )}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
        noValidate
      >
        {wrong && (
          <Notice kind="bad">
            <p>{wrong}</p>
          </Notice>
        )}
        <table class="grid-counts">
          <thead>
            <tr>
              {scale.points.map((point) => (
                <th key={point.value} scope="col">
                  <Face picture={point.picture} label={say(point.name)} size="small" />
                </th>
              ))}
              <th scope="col">{t("counts.sum")}</th>
            </tr>
          </thead>
          {room.chosen.map((one, index) => {
            const sum = rowOf(one.code).reduce((a, b) => a + b, 0);
            return (
              <tbody key={one.code}>
                <tr class="what">
                  <th colSpan={scale.values.length + 1} scope="rowgroup">
                    {index + 1}. {say(one.text)}
                  </th>
                </tr>
                <tr>
                  {scale.values.map((_value, i) => (
                    <td key={i}>
                      <input
                        inputMode="numeric"
                        autoComplete="off"
                        value={typed[`${one.code}/${i}`] ?? ""}
                        aria-label={`${say(one.text)}: ${say(scale.points[i]?.name)}`}
                        onInput={(event) => type({ ...typed, [`${one.code}/${i}`]: latin(event.currentTarget.value) })}
                      />
                    </td>
                  ))}
                  <td class={heads > 0 && sum > heads ? "sum over" : "sum"}>{Number.isNaN(sum) ? "?" : sum || "–"}</td>
                </tr>
              </tbody>
            );
          })}
        </table>
        <div class="onward">
          <Button submit icon="arrow-right" after disabled={!room.open}>
            {t("counts.save")}
          </Button>
        </div>
      </form>
    </Frame>
  );
}
