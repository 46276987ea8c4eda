// Why it came out so, and what to do.
import { useEffect, useState } from "preact/hooks";
import type { Meeting } from "../meeting/use";
import { Button, Notice } from "../parts/parts";
import { go } from "../route";
import { milli } from "../rules/index";
import { draft, dropDraft, keepDraft } from "../store/cards";
import { say, t, type Words } from "../words";
import { Frame } from "./frame";
import { Faces, figure } from "./results";

interface Written {
  strengths: string[];
  weaknesses: string[];
  suggestions: { text: string; chosen: boolean }[];
}

const two = <T,>(given: T[], empty: T): T[] => [...given, ...Array(Math.max(1, 2 - given.length)).fill(empty)];

export function Reflect({ meeting, at }: { meeting: Meeting; at: number }) {
  const { room, write } = meeting;
  const criterion = room.chosen[at - 1];
  const id = `${room.id}/reflect/${criterion?.code}`;
  const own = room.standingLine(`reflect:${criterion?.code}@${room.table}`);
  const stood = (own?.body ?? {}) as Partial<Written>;
  const [text, type] = useState<Written>({
    strengths: two(stood.strengths ?? [], ""),
    weaknesses: two(stood.weaknesses ?? [], ""),
    suggestions: two(stood.suggestions ?? [], { text: "", chosen: false }),
  });
  useEffect(() => {
    void draft<Written>(id).then((kept) => kept && type(kept));
  }, [id]);
  if (!criterion)
    return (
      <Frame meeting={meeting} step="reflect" title={t("step.reflect")}>
        <div class="empty">
          <p>{t("vote.choose_first")}</p>
          <Button to={room.url("prioritise")}>{t("choose.choose")}</Button>
        </div>
      </Frame>
    );
  const change = (next: Written) => {
    type(next);
    void keepDraft(id, next);
  };
  const asks = room.method.raising.reflection.length
    ? room.method.raising.reflection
    : (["strengths", "weaknesses", "suggestions"] as const).map((code) => ({ code, name: {} as Words, required: 0 }));
  const clean = (texts: string[]) => texts.map((one) => one.replace(/[ \t]+/g, " ").trim()).filter(Boolean);
  const save = async () => {
    const body = {
      criterion: criterion.code,
      strengths: clean(text.strengths),
      weaknesses: clean(text.weaknesses),
      suggestions: text.suggestions
        .map((one) => ({ text: clean([one.text])[0] ?? "", chosen: one.chosen }))
        .filter((one) => one.text),
    };
    const same =
      JSON.stringify([stood.strengths ?? [], stood.weaknesses ?? [], stood.suggestions ?? []]) ===
      JSON.stringify([body.strengths, body.weaknesses, body.suggestions]);
    if (
      !(await write(same ? [] : [["reflect", { ...body, table: room.table, ...(own ? { replaces: own.uid } : {}) }]]))
    )
      return;
    await dropDraft(id);
    go(at < room.chosen.length ? room.url("reflect", at + 1) : room.after("reflect"));
  };
  const tally = room.tallies.find((one) => one.criterion === criterion.code);
  const centre = tally ? milli(tally.centre) : null;
  const others = room.card.reflections.get(criterion.code);
  const list = (code: "strengths" | "weaknesses", name: string) => (
    <fieldset class="field" key={code}>
      <legend>{name}</legend>
      <div class="write">
        {text[code].map((one, i) => (
          <textarea
            key={i}
            class="input"
            rows={2}
            maxLength={room.method.limits.text}
            aria-label={`${name} ${i + 1}`}
            value={one}
            onInput={(event) => {
              const given = event.currentTarget.value;
              change({ ...text, [code]: text[code].map((old, j) => (j === i ? given : old)) });
            }}
          />
        ))}
      </div>
    </fieldset>
  );
  return (
    <Frame
      meeting={meeting}
      step="reflect"
      title={say(criterion.text)}
      here={(field) => field === `reflect:${criterion.code}`}
    >
      <p class="soft">{t("reflect.at", { at, all: room.chosen.length })}</p>
      {centre !== null && (
        <p class="row">
          <Faces room={room} thousandths={centre} />
          <span class="figure">{figure(centre)}</span>
        </p>
      )}
      {others && !own && (
        <Notice>
          <p>{t("reflect.others")}</p>
          <ul>
            {[...others.strengths, ...others.weaknesses, ...others.suggestions.map((one) => one.text)].map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </Notice>
      )}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {asks.map((ask) => {
          const name = say(ask.name) || t(`reflect.${ask.code}`);
          if (ask.code !== "suggestions") return list(ask.code, name);
          return (
            <fieldset class="field" key={ask.code}>
              <legend>{name}</legend>
              <p class="hint">{ask.required ? t("reflect.needed") : t("reflect.tick")}</p>
              <div class="write">
                {text.suggestions.map((one, i) => (
                  <div class="row" key={i}>
                    <input
                      type="checkbox"
                      checked={one.chosen}
                      aria-label={`${t("reflect.chosen")} ${i + 1}`}
                      onChange={() =>
                        change({
                          ...text,
                          suggestions: text.suggestions.map((old, j) =>
                            j === i ? { ...old, chosen: !old.chosen } : old,
                          ),
                        })
                      }
                    />
                    <textarea
                      class="input"
                      rows={2}
                      maxLength={room.method.limits.text}
                      aria-label={`${name} ${i + 1}`}
                      value={one.text}
                      onInput={(event) => {
                        const given = event.currentTarget.value;
                        change({
                          ...text,
                          suggestions: text.suggestions.map((old, j) => (j === i ? { ...old, text: given } : old)),
                        });
                      }}
                    />
                  </div>
                ))}
              </div>
            </fieldset>
          );
        })}
        <p>
          <button
            class="linkish"
            type="button"
            onClick={() =>
              change({
                strengths: [...text.strengths, ""],
                weaknesses: [...text.weaknesses, ""],
                suggestions: [...text.suggestions, { text: "", chosen: false }],
              })
            }
          >
            {t("reflect.more")}
          </button>
        </p>
        <p class="soft small">{t("reflect.no_names")}</p>
        <div class="onward">
          {at > 1 && (
            <Button kind="quiet" to={room.url("reflect", at - 1)}>
              {t("back")}
            </Button>
          )}
          <Button submit icon="arrow-right" after disabled={!room.open}>
            {t("save_on")}
          </Button>
        </div>
      </form>
    </Frame>
  );
}
