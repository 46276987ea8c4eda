// Who is here, counted by heads.
import { useState } from "preact/hooks";
import type { Meeting } from "../meeting/use";
import { Button, Notice } from "../parts/parts";
import { go } from "../route";
import { latin, say, t, whole } from "../words";
import { Frame } from "./frame";

export function Heads({ meeting }: { meeting: Meeting }) {
  const { room, write } = meeting;
  // What this phone counted; other tables' heads are theirs.
  const own = room.card.headsByTable.get(room.table) as
    { cells?: Record<string, number>; special?: Record<string, number> } | undefined;
  const [typed, type] = useState<Record<string, string>>(
    Object.fromEntries([
      ...Object.entries(own?.cells ?? {}).map(([code, n]) => [`cell:${code}`, String(n)]),
      ...Object.entries(own?.special ?? {}).map(([code, n]) => [`special:${code}`, String(n)]),
    ]),
  );
  const [wrong, tell] = useState("");
  const numbers = (start: string) =>
    Object.fromEntries(
      Object.entries(typed)
        .filter(([key]) => key.startsWith(start))
        .map(([key, text]) => [key.slice(start.length), whole(text) ?? 0])
        .filter(([, n]) => n),
    );
  const save = async () => {
    const heads = { cells: numbers("cell:"), special: numbers("special:") };
    const all = [...Object.values(heads.cells), ...Object.values(heads.special)];
    if (all.some((n) => Number.isNaN(n) || (n as number) > room.method.limits.count)) return tell(t("numbers.wrong"));
    if (await write([["setup", { heads, table: room.table }]])) go(room.after("participants"));
  };
  const box = (key: string, label: string) => (
    <input
      id={key}
      inputMode="numeric"
      value={typed[key] ?? ""}
      aria-label={label}
      onInput={(event) => type({ ...typed, [key]: latin(event.currentTarget.value) })}
    />
  );
  return (
    <Frame meeting={meeting} step="participants" title={t("heads.title")} tip={false}>
      <p class="soft">{t("heads.how")}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {wrong && (
          <Notice kind="bad">
            <p>{wrong}</p>
          </Notice>
        )}
        <div class="scroll">
          <table class="grid-counts">
            <thead>
              <tr>
                <th scope="col">
                  <span class="hide">{t("people.age")}</span>
                </th>
                {room.method.sexes.map((sex) => (
                  <th key={sex.code} scope="col">
                    {say(sex.name)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {room.method.bands.map((band) => (
                <tr key={band.code}>
                  <th scope="row">{say(band.name)}</th>
                  {room.method.sexes.map((sex) => (
                    <td key={sex.code}>
                      {box(`cell:${sex.code}/${band.code}`, `${say(sex.name)}, ${say(band.name)}`)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {room.method.specials.length > 0 && (
          <fieldset class="field">
            <legend>{t("heads.special")}</legend>
            <table class="grid-counts">
              <tbody>
                {room.method.specials.map((one) => (
                  <tr key={one.code}>
                    <th scope="row">{say(one.name)}</th>
                    <td>{box(`special:${one.code}`, say(one.name))}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </fieldset>
        )}
        <div class="onward">
          <Button submit icon="arrow-right" after disabled={!room.open}>
            {t("save_on")}
          </Button>
        </div>
      </form>
      <p>
        <a href={room.url("participants")}>{t("heads.list_instead")}</a>
      </p>
    </Frame>
  );
}
