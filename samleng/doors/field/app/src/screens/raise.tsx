// What is raised, and by whom.
import { useState } from "preact/hooks";
import { raiseDrafts } from "../meeting/room";
import { type Meeting, saidOf } from "../meeting/use";
import { Button, Chips, Fault, Icon, Sound } from "../parts/parts";
import { KeptSound, VoiceSlot } from "../parts/voice";
import { go } from "../route";
import { heldSound } from "../sounds";
import { keepFile } from "../store/cards";
import { uuid } from "../sync/send";
import { language, say, searchable, t } from "../words";
import { Frame } from "./frame";

export function Raise({ meeting }: { meeting: Meeting }) {
  const { room, write } = meeting;
  const [words, search] = useState("");
  const [own, typeOwn] = useState("");
  const [voice, hear] = useState<Blob | null>(null);
  const [wrong, tell] = useState("");
  const raised = Object.fromEntries(room.raised);
  const asked = searchable(words);
  const found = room.criteria
    .filter(
      (one) =>
        !asked ||
        [...Object.values(one.text), ...Object.values(one.hint)].some((text) => searchable(text).includes(asked)),
    )
    .sort((a, b) => (raised[b.code] ?? 0) - (raised[a.code] ?? 0));
  const flip = (code: string) => write(raiseDrafts(room, code, raised[code] ? [] : [""]));
  const addOwn = async () => {
    const text = own.replace(/\s+/g, " ").trim();
    if (!text) return tell(voice ? t("raise.few_words") : t("raise.empty"));
    if (room.criteria.some((one) => Object.values(one.text).some((other) => searchable(other) === searchable(text))))
      return tell(t("raise.twice"));
    const code = `own-${uuid().replaceAll("-", "").slice(0, 12)}`;
    const sound = voice ? uuid() : "";
    try {
      // The recording is on the phone before the line that names it.
      if (voice) await keepFile({ uid: sound, card: room.id, kind: "sound", about: code }, voice);
    } catch (error) {
      return tell(saidOf(error));
    }
    const custom = { code, text: { [language()]: text }, ...(sound ? { sound } : {}) };
    if (
      await write([
        ["custom", custom],
        ["raise", { criterion: code }],
      ])
    ) {
      typeOwn("");
      hear(null);
      tell("");
    }
  };
  return (
    <Frame meeting={meeting} step="raise" title={t("raise.title")}>
      {!say(room.steps.find((step) => step.code === "raise")?.tip) && <p class="soft">{t("raise.how")}</p>}
      <div class="field">
        <label for="q">{t("search")}</label>
        <input type="search" id="q" value={words} onInput={(event) => search(event.currentTarget.value)} />
      </div>
      <ul class="things">
        {found.map((one) => {
          const n = raised[one.code] ?? 0;
          const text = say(one.text);
          return (
            <li key={one.code} class={n ? "on" : ""}>
              <div>
                <strong>{text}</strong>
                {one.custom && <small class="soft"> ({t("raise.own")})</small>}
                {one.standard && (
                  <>
                    <br />
                    <small>{say(one.standard.text)}</small>
                  </>
                )}
                {say(one.hint) && (
                  <>
                    <br />
                    <small class="soft">{say(one.hint)}</small>
                  </>
                )}
              </div>
              <div class="act">
                {one.sound ? (
                  <KeptSound uid={one.sound} label={text} />
                ) : (
                  <Sound url={heldSound(room, one)} label={text} show={false} />
                )}
                {room.people.length > 0 && (
                  <a
                    class="small-button"
                    href={room.url("raise", "by", one.code)}
                    aria-label={`${t("raise.who")}: ${text}`}
                  >
                    <Icon name="users" />
                  </a>
                )}
                <button
                  type="button"
                  class={n ? "small-button on" : "small-button"}
                  aria-pressed={n > 0}
                  disabled={!room.open}
                  aria-label={`${n ? t("raise.raised_back") : t("raise.raised")}: ${text}`}
                  onClick={() => flip(one.code)}
                >
                  {n ? (
                    <>
                      <Icon name="check" />
                      {n > 1 && <small>{n}</small>}
                    </>
                  ) : (
                    <Icon name="plus" />
                  )}
                </button>
              </div>
            </li>
          );
        })}
        {!found.length && <li>{t("raise.none_found")}</li>}
      </ul>
      {room.method.raising.custom_allowed && room.open && (
        <form
          class="form card"
          onSubmit={(event) => {
            event.preventDefault();
            void addOwn();
          }}
        >
          <div class={wrong ? "field wrong" : "field"}>
            <label for="own">{t("raise.other")}</label>
            <p class="hint">{t("raise.other_hint")}</p>
            {wrong && <Fault>{wrong}</Fault>}
            <input id="own" maxLength={300} value={own} onInput={(event) => typeOwn(event.currentTarget.value)} />
          </div>
          <VoiceSlot label={own || t("raise.other")} given={voice} made={hear} />
          <Button submit kind="quiet" icon="plus">
            {t("add_it")}
          </Button>
        </form>
      )}
      {room.people.length > 0 && room.method.raising.methods.includes("by_person") && (
        <details>
          <summary>{t("raise.by_person")}</summary>
          <ul class="chips">
            {room.people.map((one) => (
              <li key={one.uid}>
                <a href={room.url("raise", "of", one.uid)}>{one.number}</a>
              </li>
            ))}
          </ul>
        </details>
      )}
      <div class="onward">
        <Button icon="arrow-right" after to={room.after("raise")}>
          {t("go_on")}
        </Button>
      </div>
    </Frame>
  );
}

/** Who raised one criterion: tick the numbers. */
export function RaisedBy({ meeting, code }: { meeting: Meeting; code: string }) {
  const { room, write } = meeting;
  const criterion = room.criterion(code);
  const [who, tick] = useState<string[]>([...(room.card.raised.get(code) ?? [])]);
  if (!criterion) return null;
  const flip = (uid: string) =>
    tick(who.includes(uid) ? who.filter((one) => one !== uid) : [...who.filter(Boolean), uid]);
  const save = async () => {
    if (await write(raiseDrafts(room, code, who))) go(room.url("raise"));
  };
  return (
    <Frame meeting={meeting} step="raise" title={say(criterion.text)} tip={false}>
      <Chips
        legend={t("raise.who")}
        on={who}
        toggle={flip}
        options={room.people.map((one) => ({ code: one.uid, label: String(one.number) }))}
      />
      <div class="onward">
        <Button kind="quiet" to={room.url("raise")}>
          {t("back")}
        </Button>
        <Button onClick={save}>{t("save")}</Button>
      </div>
    </Frame>
  );
}

/** What one person raised: tick the criteria, then the next person. */
export function RaisedOf({ meeting, uid }: { meeting: Meeting; uid: string }) {
  const { room, write } = meeting;
  const person = room.card.people.get(uid);
  const had = [...room.card.raised].filter(([, who]) => who.includes(uid)).map(([code]) => code);
  const [ticked, tick] = useState<string[]>(had);
  if (!person) return null;
  const flip = (code: string) => tick(ticked.includes(code) ? ticked.filter((one) => one !== code) : [...ticked, code]);
  const save = async () => {
    const touched = room.criteria.map((one) => one.code).filter((code) => ticked.includes(code) !== had.includes(code));
    const drafts = touched.flatMap((code) => {
      const others = (room.card.raised.get(code) ?? []).filter((who) => who !== uid);
      return raiseDrafts(room, code, ticked.includes(code) ? [...others, uid] : others);
    });
    const next = room.people.find((one) => one.number > person.number);
    if (await write(drafts)) go(next ? room.url("raise", "of", next.uid) : room.url("raise"));
  };
  return (
    <Frame meeting={meeting} step="raise" title={t("people.number", { n: person.number })} tip={false}>
      <fieldset class="field">
        <legend>{t("raise.what")}</legend>
        <div class="choices">
          {room.criteria.map((one) => (
            <label key={one.code}>
              <input type="checkbox" checked={ticked.includes(one.code)} onChange={() => flip(one.code)} />
              <span>{say(one.text)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <div class="onward">
        <Button kind="quiet" to={room.url("raise")}>
          {t("back")}
        </Button>
        <Button icon="arrow-right" after onClick={save}>
          {t("save_on")}
        </Button>
      </div>
    </Frame>
  );
}
