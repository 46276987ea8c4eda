// The frame of a meeting's screen: whose card, which step, and the way through.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { answeredHere, STEPS } from "../meeting/marks";
import type { Meeting } from "../meeting/use";
import type { Returned } from "../store/cards";
import { Button, Failure, Icon, Notice, Title } from "../parts/parts";
import { Screen } from "../parts/screen";
import { date, dayOf, say, t } from "../words";

export const stepName = (step: { code: string; name: Record<string, string> | null }): string =>
  say(step.name) || t(`step.${step.code}`);

/** What the reviewer asks about this screen: corrected below, or answered that it is right as it is. */
function Asked({ meeting, mark }: { meeting: Meeting; mark: Returned }) {
  const { room, write } = meeting;
  const [words, type] = useState("");
  if (answeredHere(room, mark))
    return (
      <Notice kind="good" title={t("returned.answered")}>
        <p>{mark.reason}</p>
      </Notice>
    );
  const right = () => void write([["answer", { mark: mark.id, words: words.trim() }]]);
  return (
    <Notice kind="care" title={t("returned.here")}>
      <p>{mark.reason}</p>
      <p class="small soft">{date(dayOf(new Date(mark.at.slice(0, 19) + "Z")))}</p>
      <details>
        <summary>{t("returned.right")}</summary>
        <label class="field">
          <span class="label">{t("returned.words")}</span>
          <input class="input" maxLength={500} value={words} onInput={(event) => type(event.currentTarget.value)} />
        </label>
        <p>
          <Button kind="quiet" disabled={!words.trim()} onClick={right}>
            {t("save")}
          </Button>
        </p>
      </details>
    </Notice>
  );
}

export function Frame({
  meeting,
  step,
  title,
  children,
  tip = true,
  handed,
  here = () => true,
}: {
  /** Whether a mark on a field of this step belongs to this very screen. */
  here?: (field: string) => boolean;
  meeting: Meeting;
  step: string;
  title: ComponentChildren;
  children: ComponentChildren;
  tip?: boolean;
  handed?: boolean;
}) {
  const { room, error } = meeting;
  const steps = room.steps;
  const tips = say(steps.find((one) => one.code === step)?.tip);
  const returned = room.open
    ? room.held.returned.filter((mark) => mark.open && STEPS[mark.field.split(":")[0]] === step && here(mark.field))
    : [];
  return (
    <Screen step={step} sample={room.held.brief.sample}>
      {!handed && (
        <>
          <p class="room-head">
            <span>
              {say(room.held.brief.facility)} · {say(room.held.brief.place)}
            </span>
            <span>
              {say(room.held.brief.side_name)} · {room.held.brief.code}
            </span>
          </p>
          <nav class="way" aria-label={t("way")}>
            <ol>
              {steps.map((one, index) => (
                <li key={one.code} class={one.code === step ? "now" : one.done ? "done" : "later"}>
                  <a
                    href={room.url(one.code)}
                    aria-current={one.code === step ? "step" : undefined}
                    aria-label={`${index + 1} ${stepName(one)}${one.done ? `, ${t("done")}` : ""}`}
                  >
                    {one.done ? <Icon name="check" /> : index + 1}
                  </a>
                </li>
              ))}
            </ol>
          </nav>
        </>
      )}
      <div class="stack">
        <Failure error={error} />
        <Title>{title}</Title>
        {tip && !handed && tips && <p class="soft">{tips}</p>}
        {returned.map((mark) => (
          <Asked key={mark.id} meeting={meeting} mark={mark} />
        ))}
        {!room.open && !handed && (
          <Notice>
            <p>{t("closed.reading")}</p>
          </Notice>
        )}
        {children}
      </div>
    </Screen>
  );
}
