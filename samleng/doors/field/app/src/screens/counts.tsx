// Votes counted face by face.
import { useState } from "preact/hooks";
import type { Draft } from "../meeting/room";
import type { Meeting } from "../meeting/use";
import { Button, Face, Notice } from "../parts/parts";
import { go } from "../route";
import { latin, say, t, whole } from "../words";
import { Frame } from "./frame";

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
