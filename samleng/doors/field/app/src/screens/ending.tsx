// The end of a meeting: what came out, why, what to do, the flip-chart, and handing it in.
import { useEffect, useState } from "preact/hooks";
import { add, mean, milli, size, toldApart } from "../rules/index";
import type { Lack, Tally } from "../rules/index";
import { markUrl, openMarks } from "../meeting/marks";
import type { Room } from "../meeting/room";
import { changed, saidOf, type Meeting } from "../meeting/use";
import { Button, Face, Icon, Notice, Pick } from "../parts/parts";
import { go } from "../route";
import { changeCard, draft, dropDraft, dropFile, fileBlob, filesOf, keepDraft, keepFile } from "../store/cards";
import type { KeptFile } from "../store/database";
import { sendSoon } from "../sync/soon";
import { uuid, wrap } from "../sync/send";
import { bytes, date, say, t, type Words } from "../words";
import { Frame } from "./frame";

/** Whole thousandths as people read them: 3500 is 3.5. */
export const figure = (thousandths: number | null): string =>
  thousandths === null ? "–" : String(Math.round(thousandths / 10) / 100);

/** The face of a median, or both faces it lies between. */
function Faces({ room, thousandths }: { room: Room; thousandths: number | null }) {
  const { points, kind } = room.method.scale;
  if (thousandths === null || kind === "range") return null;
  const exact = points.find((point) => point.value * 1000 === thousandths);
  const below = points.filter((point) => point.value * 1000 < thousandths).slice(-1);
  const above = points.filter((point) => point.value * 1000 > thousandths).slice(0, 1);
  const near = exact ? [exact] : [...below, ...above];
  return <span class="pair" role="img" aria-label={near.map((point) => say(point.name)).join(" – ")}>{near.map((point) => <Face key={point.value} picture={point.picture} />)}</span>;
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
          <text x={i * wide + wide / 2} y={66 - (n / most) * 54} text-anchor="middle">{n}</text>
          <text x={i * wide + wide / 2} y={88} text-anchor="middle">{points[i].value}</text>
        </g>
      ))}
    </svg>
  );
}

function Groups({ room, tally }: { room: Room; tally: Tally }) {
  const { scale, specials, groups, small_count: few } = room.method;
  const { sexes, bands } = toldApart({ sexes: room.method.sexes, age_bands: room.method.bands }, tally.cells);
  const parts: [Words, number[][]][] = [
    ...sexes, ...bands,
    ...specials.map((one): [Words, number[][]] => [one.name, [tally.special.get(one.code) ?? []]]),
    ...groups.map((one): [Words, number[][]] => [one.name, [tally.byGroup.get(one.code) ?? []]]),
  ];
  const rows = parts.map(([name, histograms]) => ({ name, whole: add(...histograms) })).filter(({ whole }) => size(whole));
  if (!rows.length) return null;
  return (
    <details>
      <summary>{t("results.by_group")}</summary>
      <table class="table">
        <thead><tr><th scope="col">{t("results.group")}</th><th scope="col" class="num">{t("results.mean")}</th><th scope="col" class="num">{t("results.voters")}</th></tr></thead>
        <tbody>
          {rows.map(({ name, whole }, i) => (
            <tr key={i}>
              <th scope="row">{say(name)}</th>
              {size(whole) > few ? <><td class="num">{figure(milli(mean(whole, scale.values)))}</td><td class="num">{size(whole)}</td></> : <><td class="num soft">{t("results.few")}</td><td class="num">–</td></>}
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
          <section class="score" key={tally.criterion} data-criterion={tally.criterion} data-centre={centre ?? ""} data-n={tally.n}>
            <h3>{say(room.criterion(tally.criterion)?.text)}</h3>
            <p class="now"><Faces room={room} thousandths={centre} /><span class="figure">{figure(centre)}</span> <span class="soft">{t("results.n", { n: tally.n })}</span></p>
            <Histogram room={room} tally={tally} />
            <Groups room={room} tally={tally} />
          </section>
        );
      })}
      {!shown.length && <div class="empty"><p>{t("results.none")}</p><Button to={room.url("vote")}>{t("results.to_vote")}</Button></div>}
      <div class="onward"><Button icon="arrow-right" after to={room.after("results")}>{t("results.on")}</Button></div>
    </Frame>
  );
}

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
        <div class="empty"><p>{t("vote.choose_first")}</p><Button to={room.url("prioritise")}>{t("choose.choose")}</Button></div>
      </Frame>
    );
  const change = (next: Written) => {
    type(next);
    void keepDraft(id, next);
  };
  const asks = room.method.raising.reflection.length ? room.method.raising.reflection : (["strengths", "weaknesses", "suggestions"] as const).map((code) => ({ code, name: {} as Words, required: 0 }));
  const clean = (texts: string[]) => texts.map((one) => one.replace(/[ \t]+/g, " ").trim()).filter(Boolean);
  const save = async () => {
    const body = {
      criterion: criterion.code,
      strengths: clean(text.strengths),
      weaknesses: clean(text.weaknesses),
      suggestions: text.suggestions.map((one) => ({ text: clean([one.text])[0] ?? "", chosen: one.chosen })).filter((one) => one.text),
    };
    const same = JSON.stringify([stood.strengths ?? [], stood.weaknesses ?? [], stood.suggestions ?? []]) === JSON.stringify([body.strengths, body.weaknesses, body.suggestions]);
    if (!(await write(same ? [] : [["reflect", { ...body, table: room.table, ...(own ? { replaces: own.uid } : {}) }]]))) return;
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
            key={i} class="input" rows={2} maxLength={room.method.limits.text} aria-label={`${name} ${i + 1}`} value={one}
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
    <Frame meeting={meeting} step="reflect" title={say(criterion.text)} here={(field) => field === `reflect:${criterion.code}`}>
      <p class="soft">{t("reflect.at", { at, all: room.chosen.length })}</p>
      {centre !== null && <p class="row"><Faces room={room} thousandths={centre} /><span class="figure">{figure(centre)}</span></p>}
      {others && !own && <Notice><p>{t("reflect.others")}</p><ul>{[...others.strengths, ...others.weaknesses, ...others.suggestions.map((one) => one.text)].map((one) => <li key={one}>{one}</li>)}</ul></Notice>}
      <form class="form" onSubmit={(event) => { event.preventDefault(); void save(); }}>
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
                    <input type="checkbox" checked={one.chosen} aria-label={`${t("reflect.chosen")} ${i + 1}`} onChange={() => change({ ...text, suggestions: text.suggestions.map((old, j) => (j === i ? { ...old, chosen: !old.chosen } : old)) })} />
                    <textarea
                      class="input" rows={2} maxLength={room.method.limits.text} aria-label={`${name} ${i + 1}`} value={one.text}
                      onInput={(event) => {
                        const given = event.currentTarget.value;
                        change({ ...text, suggestions: text.suggestions.map((old, j) => (j === i ? { ...old, text: given } : old)) });
                      }}
                    />
                  </div>
                ))}
              </div>
            </fieldset>
          );
        })}
        <p><button class="linkish" type="button" onClick={() => change({ strengths: [...text.strengths, ""], weaknesses: [...text.weaknesses, ""], suggestions: [...text.suggestions, { text: "", chosen: false }] })}>{t("reflect.more")}</button></p>
        <p class="soft small">{t("reflect.no_names")}</p>
        <div class="onward">
          {at > 1 && <Button kind="quiet" to={room.url("reflect", at - 1)}>{t("back")}</Button>}
          <Button submit icon="arrow-right" after disabled={!room.open}>{t("save_on")}</Button>
        </div>
      </form>
    </Frame>
  );
}

const LONGEST = 1600;

/** A picture made small enough for a slow line; what else the camera wrote into the file stays behind. */
async function smaller(file: File): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob((blob) => done(blob ?? file), "image/jpeg", 0.8));
}

function Picture({ file, drop }: { file: KeptFile; drop: () => void }) {
  const [url, show] = useState("");
  useEffect(() => {
    let made = "";
    void fileBlob(file.uid).then((blob) => {
      if (blob) show((made = URL.createObjectURL(blob)));
    });
    return () => URL.revokeObjectURL(made);
  }, [file.uid]);
  return (
    <li>
      <div>{url && <img src={url} alt={t("photos.one")} />}<small class="soft">{bytes(file.length)} · {file.sent ? t("sent") : t("not_sent")}</small></div>
      {!file.sent && <div class="act"><button type="button" class="small-button" aria-label={t("take_out")} onClick={drop}><Icon name="trash" /></button></div>}
    </li>
  );
}

const MOST_PHOTOS = 12;

export function Photos({ meeting }: { meeting: Meeting }) {
  const { room } = meeting;
  const [files, show] = useState<KeptFile[]>([]);
  const [wrong, tell] = useState("");
  const read = () => void filesOf(room.id).then((all) => show(all.filter((file) => file.kind === "photo")));
  useEffect(read, [room]);
  const keep = async (chosen: FileList | null) => {
    try {
      for (const file of [...(chosen ?? [])].slice(0, MOST_PHOTOS - files.length))
        await keepFile({ uid: uuid(), card: room.id, kind: "photo", about: "" }, await smaller(file));
      tell("");
    } catch (error) {
      tell(saidOf(error));
    }
    read();
    changed();
  };
  return (
    <Frame meeting={meeting} step="photos" title={t("photos.title")}>
      <p class="soft">{t("photos.how")}</p>
      {wrong && <Notice kind="bad"><p>{wrong}</p></Notice>}
      <ul class="things pictures">{files.map((file) => <Picture key={file.uid} file={file} drop={() => void dropFile(file.uid).then(read)} />)}</ul>
      {room.open && files.length < MOST_PHOTOS && (
        <Pick id="photo" icon="camera" accept="image/*" multiple take={(chosen) => void keep(chosen)}>{t("photos.take")}</Pick>
      )}
      <div class="onward"><Button icon="arrow-right" after to={room.after("photos")}>{t("go_on")}</Button></div>
    </Frame>
  );
}

export function Finish({ meeting }: { meeting: Meeting }) {
  const { room } = meeting;
  const [wrong, tell] = useState("");
  const where = (lack: Lack): string =>
    lack.step === "reflect" ? room.url("reflect", room.card.priorities.indexOf(lack.criterion) + 1) : room.url(lack.step === "priorities" ? "prioritise" : lack.step);
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
      {wrong && <Notice kind="bad"><p>{wrong}</p></Notice>}
      {room.missing.length > 0 ? (
        <Notice kind="care" title={t("finish.missing")}>
          <ul>
            {room.missing.map((lack) => (
              <li key={lack.code + lack.criterion}><a href={where(lack)}>{t(`missing.${lack.code === "too_many" ? lack.code : lack.step}`, { criterion: say(room.criterion(lack.criterion)?.text) })}</a></li>
            ))}
          </ul>
        </Notice>
      ) : (
        <Notice kind="good" title={t("finish.nothing")}><p>{t("finish.then")}</p></Notice>
      )}
      {openMarks(room).length > 0 && (
        <Notice kind="care" title={t("returned.title", { n: openMarks(room).length })}>
          <ul>{openMarks(room).map((mark) => <li key={mark.id}><a href={markUrl(room, mark.field)}>{mark.reason}</a></li>)}</ul>
        </Notice>
      )}
      {wanted > people && <Notice kind="care"><p>{t("finish.few", { n: wanted, here: people })}</p></Notice>}
      <dl class="card">
        <dt>{t("finish.held")}</dt><dd>{date(String(room.card.setup.get("held_on") ?? ""))}</dd>
        <dt>{t("finish.people")}</dt><dd>{people}</dd>
        <dt>{t("finish.criteria")}</dt><dd>{room.chosen.length}</dd>
        <dt>{t("finish.voters")}</dt><dd>{room.card.ballots.size}</dd>
        <dt>{t("finish.photos")}</dt><dd>{room.photos}</dd>
      </dl>
      {room.open && <div class="onward"><Button icon="paper-airplane" disabled={room.missing.length > 0 || openMarks(room).length > 0} onClick={finish}>{t("finish.send")}</Button></div>}
    </Frame>
  );
}
