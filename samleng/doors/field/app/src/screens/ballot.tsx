// One ballot: spoken to a facilitator, or tapped by the voter.
import { useEffect, useState } from "preact/hooks";
import { handedCard } from "../meeting/handed";
import type { Criterion, Point } from "../meeting/pack";
import { type Draft, personDraft, type Room } from "../meeting/room";
import type { Meeting } from "../meeting/use";
import { Button, Face, hush, Notice, Sound } from "../parts/parts";
import { replace } from "../route";
import { heldSound } from "../sounds";
import { uuid } from "../sync/send";
import { latin, say, t, whole } from "../words";
import { Frame } from "./frame";
import { Cells } from "./people";

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
