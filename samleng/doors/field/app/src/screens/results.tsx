// What came out.
import type { Room } from "../meeting/room";
import type { Meeting } from "../meeting/use";
import { Button, Face } from "../parts/parts";
import { add, mean, milli, size, type Tally, toldApart } from "../rules/index";
import { say, t, type Words } from "../words";
import { Frame } from "./frame";

/** Whole thousandths as people read them: 3500 is 3.5. */
export const figure = (thousandths: number | null): string =>
  thousandths === null ? "–" : String(Math.round(thousandths / 10) / 100);

/** The face of a median, or both faces it lies between. */
export function Faces({ room, thousandths }: { room: Room; thousandths: number | null }) {
  const { points, kind } = room.method.scale;
  if (thousandths === null || kind === "range") return null;
  const exact = points.find((point) => point.value * 1000 === thousandths);
  const below = points.filter((point) => point.value * 1000 < thousandths).slice(-1);
  const above = points.filter((point) => point.value * 1000 > thousandths).slice(0, 1);
  const near = exact ? [exact] : [...below, ...above];
  return (
    <span class="pair" role="img" aria-label={near.map((point) => say(point.name)).join(" – ")}>
      {near.map((point) => (
        <Face key={point.value} picture={point.picture} />
      ))}
    </span>
  );
}

function Histogram({ room, tally }: { room: Room; tally: Tally }) {
  const { points } = room.method.scale;
  if (points.length < 2 || points.length > 11 || points.length !== tally.histogram.length) return null;
  const most = Math.max(1, ...tally.histogram);
  const words = points.map((point, i) => `${say(point.name)}: ${tally.histogram[i]}`).join(", ");
  const wide = 260 / points.length;
  return (
    <svg class="hist" viewBox="0 0 260 92" role="img" aria-label={words}>
      {tally.histogram.map((n, i) => (
        <g key={i}>
          <rect x={i * wide + 6} y={72 - (n / most) * 54} width={wide - 12} height={(n / most) * 54 + 1} />
          <text x={i * wide + wide / 2} y={66 - (n / most) * 54} text-anchor="middle">
            {n}
          </text>
          <text x={i * wide + wide / 2} y={88} text-anchor="middle">
            {points[i].value}
          </text>
        </g>
      ))}
    </svg>
  );
}

function Groups({ room, tally }: { room: Room; tally: Tally }) {
  const { scale, specials, groups, small_count: few } = room.method;
  const { sexes, bands } = toldApart({ sexes: room.method.sexes, age_bands: room.method.bands }, tally.cells);
  const parts: [Words, number[][]][] = [
    ...sexes,
    ...bands,
    ...specials.map((one): [Words, number[][]] => [one.name, [tally.special.get(one.code) ?? []]]),
    ...groups.map((one): [Words, number[][]] => [one.name, [tally.byGroup.get(one.code) ?? []]]),
  ];
  const rows = parts
    .map(([name, histograms]) => ({ name, whole: add(...histograms) }))
    .filter(({ whole }) => size(whole));
  if (!rows.length) return null;
  return (
    <details>
      <summary>{t("results.by_group")}</summary>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t("results.group")}</th>
            <th scope="col" class="num">
              {t("results.mean")}
            </th>
            <th scope="col" class="num">
              {t("results.voters")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, whole }, i) => (
            <tr key={i}>
              <th scope="row">{say(name)}</th>
              {size(whole) > few ? (
                <>
                  <td class="num">{figure(milli(mean(whole, scale.values)))}</td>
                  <td class="num">{size(whole)}</td>
                </>
              ) : (
                <>
                  <td class="num soft">{t("results.few")}</td>
                  <td class="num">–</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

export function Results({ meeting }: { meeting: Meeting }) {
  const { room } = meeting;
  const shown = room.tallies.filter((tally) => room.criterion(tally.criterion));
  return (
    <Frame meeting={meeting} step="results" title={t("results.title")}>
      <p class="soft">{t("results.how")}</p>
      {shown.map((tally) => {
        const centre = milli(tally.centre);
        return (
          <section
            class="score"
            key={tally.criterion}
            data-criterion={tally.criterion}
            data-centre={centre ?? ""}
            data-n={tally.n}
          >
            <h3>{say(room.criterion(tally.criterion)?.text)}</h3>
            <p class="now">
              <Faces room={room} thousandths={centre} />
              <span class="figure">{figure(centre)}</span> <span class="soft">{t("results.n", { n: tally.n })}</span>
            </p>
            <Histogram room={room} tally={tally} />
            <Groups room={room} tally={tally} />
          </section>
        );
      })}
      {!shown.length && (
        <div class="empty">
          <p>{t("results.none")}</p>
          <Button to={room.url("vote")}>{t("results.to_vote")}</Button>
        </div>
      )}
      <div class="onward">
        <Button icon="arrow-right" after to={room.after("results")}>
          {t("results.on")}
        </Button>
      </div>
    </Frame>
  );
}
