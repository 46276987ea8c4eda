// Handing the meeting in.
import { useState } from "preact/hooks";
import { markUrl, openMarks } from "../meeting/marks";
import { changed, type Meeting, saidOf } from "../meeting/use";
import { Button, Notice } from "../parts/parts";
import { go } from "../route";
import type { Lack } from "../rules/index";
import { changeCard } from "../store/cards";
import { wrap } from "../sync/send";
import { sendSoon } from "../sync/soon";
import { date, say, t } from "../words";
import { Frame } from "./frame";

export function Finish({ meeting }: { meeting: Meeting }) {
  const { room } = meeting;
  const [wrong, tell] = useState("");
  const where = (lack: Lack): string =>
    lack.step === "reflect"
      ? room.url("reflect", room.card.priorities.indexOf(lack.criterion) + 1)
      : room.url(lack.step === "priorities" ? "prioritise" : lack.step);
  const people = room.counted.people;
  const wanted = room.held.brief.side === "community" ? room.method.meeting.people : room.method.meeting.staff;
  const finish = async () => {
    try {
      await wrap(room.id, true);
      await changeCard(room.id, () => ({ finished: new Date().toISOString(), refused: "" }));
      changed();
      sendSoon();
      go(room.url("sent"));
    } catch (error) {
      tell(saidOf(error));
    }
  };
  return (
    <Frame meeting={meeting} step="finish" title={t("finish.title")}>
      {wrong && (
        <Notice kind="bad">
          <p>{wrong}</p>
        </Notice>
      )}
      {room.missing.length > 0 ? (
        <Notice kind="care" title={t("finish.missing")}>
          <ul>
            {room.missing.map((lack) => (
              <li key={lack.code + lack.criterion}>
                <a href={where(lack)}>
                  {t(`missing.${lack.code === "too_many" ? lack.code : lack.step}`, {
                    criterion: say(room.criterion(lack.criterion)?.text),
                  })}
                </a>
              </li>
            ))}
          </ul>
        </Notice>
      ) : (
        <Notice kind="good" title={t("finish.nothing")}>
          <p>{t("finish.then")}</p>
        </Notice>
      )}
      {openMarks(room).length > 0 && (
        <Notice kind="care" title={t("returned.title", { n: openMarks(room).length })}>
          <ul>
            {openMarks(room).map((mark) => (
              <li key={mark.id}>
                <a href={markUrl(room, mark.field)}>{mark.reason}</a>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {wanted > people && (
        <Notice kind="care">
          <p>{t("finish.few", { n: wanted, here: people })}</p>
        </Notice>
      )}
      <dl class="card">
        <dt>{t("finish.held")}</dt>
        <dd>{date(String(room.card.setup.get("held_on") ?? ""))}</dd>
        <dt>{t("finish.people")}</dt>
        <dd>{people}</dd>
        <dt>{t("finish.criteria")}</dt>
        <dd>{room.chosen.length}</dd>
        <dt>{t("finish.voters")}</dt>
        <dd>{room.card.ballots.size}</dd>
        <dt>{t("finish.photos")}</dt>
        <dd>{room.photos}</dd>
      </dl>
      {room.open && (
        <div class="onward">
          <Button
            icon="paper-airplane"
            disabled={room.missing.length > 0 || openMarks(room).length > 0}
            onClick={finish}
          >
            {t("finish.send")}
          </Button>
        </div>
      )}
    </Frame>
  );
}
