// What of it is chosen for the vote, and in which order.
import type { Meeting } from "../meeting/use";
import { Dragged } from "../parts/dragged";
import { Button, Icon, Notice } from "../parts/parts";
import { say, t } from "../words";
import { Frame } from "./frame";

export function Choose({ meeting }: { meeting: Meeting }) {
  const { room, write } = meeting;
  const { priorities_advised: advised, priorities_max: most } = room.method.raising;
  const order = [...room.card.priorities];
  const raised = new Map(room.raised);
  const offered = room.has("raise")
    ? [...raised.keys()]
    : [...raised.keys(), ...room.criteria.map((one) => one.code).filter((code) => !raised.has(code))];
  const others = offered.filter((code) => !order.includes(code) && room.criterion(code));
  const put = (next: string[]) => write([["priorities", { order: next }]]);
  const move = (code: string, by: number) => {
    const at = order.indexOf(code);
    const next = order.filter((one) => one !== code);
    next.splice(Math.max(0, at + by), 0, code);
    return put(next);
  };
  const voted = room.card.ballots.size > 0 || room.card.counts.length > 0;
  return (
    <Frame meeting={meeting} step="prioritise" title={t("choose.title")}>
      <p class="soft">{t("choose.how", { n: advised, most })}</p>
      {voted && (
        <Notice kind="care">
          <p>{t("choose.voted")}</p>
        </Notice>
      )}
      <h2>{t("choose.chosen", { n: room.chosen.length })}</h2>
      <Dragged order={order} moved={put} label={(code) => say(room.criterion(code)?.text)}>
        {(code, index) => (
          <div class="act">
            <button
              type="button"
              class="small-button"
              disabled={!index || !room.open}
              aria-label={`${t("up")}: ${say(room.criterion(code)?.text)}`}
              onClick={() => move(code, -1)}
            >
              <Icon name="arrow-up" />
            </button>
            <button
              type="button"
              class="small-button"
              disabled={index === order.length - 1 || !room.open}
              aria-label={`${t("down")}: ${say(room.criterion(code)?.text)}`}
              onClick={() => move(code, 1)}
            >
              <Icon name="arrow-down" />
            </button>
            <button
              type="button"
              class="small-button"
              disabled={!room.open}
              aria-label={`${t("take_out")}: ${say(room.criterion(code)?.text)}`}
              onClick={() => put(order.filter((one) => one !== code))}
            >
              <Icon name="x-mark" />
            </button>
          </div>
        )}
      </Dragged>
      {!room.chosen.length && <p>{t("choose.none")}</p>}
      <h2>{t("choose.from")}</h2>
      <ul class="things">
        {others.map((code) => (
          <li key={code}>
            <div>
              {say(room.criterion(code)?.text)}{" "}
              {raised.has(code) && <small class="soft">{t("choose.raised", { n: raised.get(code) ?? 0 })}</small>}
            </div>
            <div class="act">
              <button
                type="button"
                class="small-button"
                disabled={order.length >= most || !room.open}
                aria-label={`${t("choose.choose")}: ${say(room.criterion(code)?.text)}`}
                onClick={() => put([...order, code])}
              >
                <Icon name="plus" />
              </button>
            </div>
          </li>
        ))}
        {!others.length && (
          <li>
            {room.chosen.length ? (
              t("choose.all")
            ) : (
              <>
                {t("choose.nothing")} <a href={room.url("raise")}>{t("choose.raise_first")}</a>
              </>
            )}
          </li>
        )}
      </ul>
      <div class="onward">
        <Button icon="arrow-right" after to={room.after("prioritise")}>
          {t("choose.to_vote")}
        </Button>
      </div>
    </Frame>
  );
}
