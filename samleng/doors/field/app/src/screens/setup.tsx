// The day of the meeting, its language, and how people vote.
import { useState } from "preact/hooks";
import type { Meeting } from "../meeting/use";
import { Button, Choices, Icon, Notice } from "../parts/parts";
import { go } from "../route";
import { date, dayOf, say, t } from "../words";
import { Frame } from "./frame";

const today = (): string => dayOf(new Date());

export function SetUp({ meeting }: { meeting: Meeting }) {
  const { room, write } = meeting;
  const setup = Object.fromEntries(room.card.setup) as Record<string, string>;
  const [held, setHeld] = useState(setup.held_on || today());
  const [spoken, setSpoken] = useState(setup.language || room.method.languages[0]);
  const [voting, setVoting] = useState(setup.voting || "people");
  const [wrong, say_] = useState("");
  const { planned_from: from, planned_to: to } = room.held.brief;
  const tongues = [...new Set([...room.method.languages, ...room.method.audio_languages])];
  const save = async () => {
    if (!/^\d{4}-\d\d-\d\d$/.test(held)) return say_(t("setup.no_day"));
    if (held > today()) return say_(t("setup.future"));
    // Only what changed, so that another table's word on the rest stays.
    const changes = Object.entries({ held_on: held, language: spoken, voting }).filter(
      ([key, value]) => setup[key] !== value,
    );
    const body = { ...Object.fromEntries(changes), table: room.table };
    if (await write(changes.length ? [["setup", body]] : [])) go(room.after("setup"));
  };
  return (
    <Frame meeting={meeting} step="setup" title={t("setup.title")}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
        noValidate
      >
        {held && (held < from || held > to) && (
          <Notice kind="care">
            <p>{t("setup.outside", { from: date(from), to: date(to) })}</p>
          </Notice>
        )}
        <div class={wrong ? "field wrong" : "field"}>
          <label for="held_on">{t("setup.day")}</label>
          {wrong && (
            <p class="error" id="held_on-error">
              <Icon name="exclamation-circle" />
              <span>{wrong}</span>
            </p>
          )}
          <input
            type="date"
            id="held_on"
            value={held}
            max={today()}
            onInput={(event) => setHeld(event.currentTarget.value)}
          />
        </div>
        {tongues.length > 1 && (
          <Choices
            name="language"
            legend={t("setup.language")}
            value={spoken}
            choose={setSpoken}
            options={tongues.map((tag) => ({ value: tag, label: say(room.method.language_names[tag]) || tag }))}
          />
        )}
        <Choices
          name="voting"
          legend={t("setup.voting")}
          hint={t("setup.later")}
          value={voting}
          choose={setVoting}
          options={[
            { value: "people", label: t("vote.people"), hint: t("vote.people_hint") },
            ...(room.countable ? [{ value: "counts", label: t("vote.counts"), hint: t("vote.counts_hint") }] : []),
          ]}
        />
        <div class="onward">
          <Button submit icon="arrow-right" after>
            {t("save_on")}
          </Button>
        </div>
      </form>
    </Frame>
  );
}
