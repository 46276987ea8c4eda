// The steps up to the vote: what is read aloud, the day, who is here, what is raised, what is chosen.
import { useState } from "preact/hooks";
import { saidOf, type Meeting } from "../meeting/use";
import { forgetPerson, personDraft, raiseDrafts } from "../meeting/room";
import { Dragged } from "../parts/dragged";
import { Button, Chips, Choices, Icon, Notice, Sound } from "../parts/parts";
import { KeptSound, VoiceSlot } from "../parts/voice";
import { go } from "../route";
import { heldSound } from "../sounds";
import { keepFile } from "../store/cards";
import { date, dayOf, language, latin, say, searchable, t, whole } from "../words";
import { uuid } from "../sync/send";
import { Frame } from "./frame";

export function Consent({ meeting }: { meeting: Meeting }) {
  const { room, write } = meeting;
  const agreed = async () => {
    if (await write(room.card.setup.get("consent") ? [] : [["setup", { consent: "read", table: room.table }]])) go(room.after("information"));
  };
  return (
    <Frame meeting={meeting} step="information" title={t("consent.title")} tip={false}>
      <p class="soft">{t("consent.how")}</p>
      <Sound label={t("consent.title")} url={heldSound(room, "consent")} />
      <blockquote class="read">{say(room.method.consent)}</blockquote>
      <div class="onward"><Button icon="arrow-right" after onClick={agreed}>{t("consent.agreed")}</Button></div>
    </Frame>
  );
}

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
    const changes = Object.entries({ held_on: held, language: spoken, voting }).filter(([key, value]) => setup[key] !== value);
    const body = { ...Object.fromEntries(changes), table: room.table };
    if (await write(changes.length ? [["setup", body]] : [])) go(room.after("setup"));
  };
  return (
    <Frame meeting={meeting} step="setup" title={t("setup.title")}>
      <form class="form" onSubmit={(event) => { event.preventDefault(); void save(); }} noValidate>
        {held && (held < from || held > to) && <Notice kind="care"><p>{t("setup.outside", { from: date(from), to: date(to) })}</p></Notice>}
        <div class={wrong ? "field wrong" : "field"}>
          <label for="held_on">{t("setup.day")}</label>
          {wrong && <p class="error" id="held_on-error"><Icon name="exclamation-circle" /><span>{wrong}</span></p>}
          <input type="date" id="held_on" value={held} max={today()} onInput={(event) => setHeld(event.currentTarget.value)} />
        </div>
        {tongues.length > 1 && (
          <Choices
            name="language" legend={t("setup.language")} value={spoken} choose={setSpoken}
            options={tongues.map((tag) => ({ value: tag, label: say(room.method.language_names[tag]) || tag }))}
          />
        )}
        <Choices
          name="voting" legend={t("setup.voting")} hint={t("setup.later")} value={voting} choose={setVoting}
          options={[
            { value: "people", label: t("vote.people"), hint: t("vote.people_hint") },
            ...(room.countable ? [{ value: "counts", label: t("vote.counts"), hint: t("vote.counts_hint") }] : []),
          ]}
        />
        <div class="onward"><Button submit icon="arrow-right" after>{t("save_on")}</Button></div>
      </form>
    </Frame>
  );
}

interface Profile {
  special: string[];
  group: string;
  counted: boolean;
}

function ProfileFields({ meeting, profile, change }: { meeting: Meeting; profile: Profile; change: (profile: Profile) => void }) {
  const { specials, groups } = meeting.room.method;
  const flip = (code: string) =>
    profile.special.includes(code) ? profile.special.filter((one) => one !== code) : [...profile.special, code].sort();
  return (
    <>
      {specials.length > 0 && (
        <Chips
          legend={t("people.special")} on={profile.special} toggle={(code) => change({ ...profile, special: flip(code) })}
          options={specials.map((one) => ({ code: one.code, label: say(one.name) }))}
        />
      )}
      {groups.length > 1 && (
        <Chips
          legend={t("people.group")} single="group" on={[profile.group]} toggle={(group) => change({ ...profile, group })}
          options={groups.map((one) => ({ code: one.code, label: say(one.name) }))}
        />
      )}
      <label class="choice">
        <input type="checkbox" checked={!profile.counted} onChange={() => change({ ...profile, counted: !profile.counted })} />
        <span>{t("people.not_counted")}</span>
      </label>
    </>
  );
}

/** One tap for sex and age together. */
export function Cells({ meeting, tap, on }: { meeting: Meeting; tap: (sex: string, band: string) => void; on?: string }) {
  const { sexes, bands } = meeting.room.method;
  return (
    <table class="tap">
      <thead>
        <tr><th scope="col"><span class="hide">{t("people.age")}</span></th>{sexes.map((sex) => <th key={sex.code} scope="col">{say(sex.name)}</th>)}</tr>
      </thead>
      <tbody>
        {bands.map((band) => (
          <tr key={band.code}>
            <th scope="row">{say(band.name)}</th>
            {sexes.map((sex) => (
              <td key={sex.code}>
                <button
                  type="button" class={on === `${sex.code}/${band.code}` ? "on" : ""} aria-pressed={on === undefined ? undefined : on === `${sex.code}/${band.code}`}
                  aria-label={`${t("add")}: ${say(sex.name)}, ${say(band.name)}`} onClick={() => tap(sex.code, band.code)}
                >
                  {on === `${sex.code}/${band.code}` ? <Icon name="check" /> : on === undefined ? "+" : say(sex.name)}
                </button>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export const profileWords = (meeting: Meeting, person: { sex: string; band: string; counted: boolean }): string => {
  const names = Object.fromEntries([...meeting.room.method.sexes, ...meeting.room.method.bands].map((one) => [one.code, say(one.name)]));
  const words = `${names[person.sex] ?? person.sex}, ${names[person.band] ?? person.band}`;
  return person.counted ? words : `(${words})`;
};

export function People({ meeting }: { meeting: Meeting }) {
  const { room, write } = meeting;
  const [profile, change] = useState<Profile>({ special: [], group: room.method.groups[0]?.code ?? "", counted: true });
  const [busy, wait] = useState(false);
  const counted = room.counted;
  const add = async (sex: string, band: string) => {
    if (busy) return;
    wait(true);
    const person = uuid();
    await write([personDraft(room, person, { number: room.nextNumber, sex, band, ...profile })]);
    // Traits are of one person; the group stays, the next one mostly sits at the same table.
    change({ ...profile, special: [], counted: true });
    wait(false);
  };
  const heads = room.card.heads !== null;
  return (
    <Frame meeting={meeting} step="participants" title={t("people.title")}>
      {!say(room.steps.find((step) => step.code === "participants")?.tip) && <p class="soft">{t("people.how")}</p>}
      {heads && <Notice><p>{t("people.counted", { n: counted.people })} <a href={room.url("participants", "heads")}>{t("people.change_counts")}</a></p></Notice>}
      {room.open && (
        <section class="card form">
          <p><span class="soft">{t("people.next")}</span><br /><span class="turn">{room.nextNumber}</span></p>
          <ProfileFields meeting={meeting} profile={profile} change={change} />
          <Cells meeting={meeting} tap={add} />
        </section>
      )}
      <p class="status-line" role="status">{counted.people > 0 && t("people.here", { n: counted.people })}</p>
      {room.people.length > 0 ? (
        <>
          <h2>{t("people.to_change")}</h2>
          <ul class="chips">
            {[...room.people].reverse().map((one) => (
              <li key={one.uid}><a href={room.url("participants", one.uid)}><b>{one.number}</b> <small>{profileWords(meeting, one)}</small></a></li>
            ))}
          </ul>
        </>
      ) : (
        <p><a href={room.url("participants", "heads")}>{t("people.heads_instead")}</a></p>
      )}
      <div class="onward"><Button icon="arrow-right" after to={room.after("participants")}>{t("go_on")}</Button></div>
    </Frame>
  );
}

export function PersonPage({ meeting, uid }: { meeting: Meeting; uid: string }) {
  const { room, write } = meeting;
  const person = room.card.people.get(uid);
  const [number, setNumber] = useState(String(person?.number ?? ""));
  const [cell, setCell] = useState(person ? `${person.sex}/${person.band}` : "");
  const [profile, change] = useState<Profile>({ special: [...(person?.special ?? [])], group: person?.group ?? "", counted: person?.counted ?? true });
  const [wrong, tell] = useState("");
  if (!person) return <Frame meeting={meeting} step="participants" title={t("people.gone")}><Button to={room.url("participants")}>{t("people.back")}</Button></Frame>;
  const save = async () => {
    const n = whole(number);
    if (!n || n > room.method.limits.people) return tell(t("people.number_wrong", { n: room.method.limits.people }));
    if (room.people.some((other) => other.number === n && other.uid !== uid)) return tell(t("people.number_taken", { n }));
    const [sex, band] = cell.split("/");
    if (await write([personDraft(room, uid, { number: n, sex, band, ...profile })])) go(room.url("participants"));
  };
  const remove = async () => {
    if (await write(forgetPerson(room, uid))) go(room.url("participants"));
  };
  return (
    <Frame meeting={meeting} step="participants" title={t("people.number", { n: person.number })} tip={false}>
      <form class="form" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <div class={wrong ? "field wrong" : "field"}>
          <label for="number">{t("people.sticker")}</label>
          {wrong && <p class="error"><Icon name="exclamation-circle" /><span>{wrong}</span></p>}
          <input class="short" id="number" inputMode="numeric" value={number} onInput={(event) => setNumber(latin(event.currentTarget.value))} />
        </div>
        <ProfileFields meeting={meeting} profile={profile} change={change} />
        <Cells meeting={meeting} on={cell} tap={(sex, band) => setCell(`${sex}/${band}`)} />
        <div class="onward"><Button submit disabled={!room.open}>{t("save")}</Button></div>
      </form>
      {room.open && (
        <details>
          <summary>{t("people.take_out")}</summary>
          <p>{t("people.take_out_what")}</p>
          <Button kind="warn" icon="trash" onClick={remove}>{t("take_out")}</Button>
        </details>
      )}
      <p><a href={room.url("participants")}>{t("people.back")}</a></p>
    </Frame>
  );
}

export function Heads({ meeting }: { meeting: Meeting }) {
  const { room, write } = meeting;
  // What this phone counted; other tables' heads are theirs.
  const own = room.card.headsByTable.get(room.table) as { cells?: Record<string, number>; special?: Record<string, number> } | undefined;
  const [typed, type] = useState<Record<string, string>>(
    Object.fromEntries([
      ...Object.entries(own?.cells ?? {}).map(([code, n]) => [`cell:${code}`, String(n)]),
      ...Object.entries(own?.special ?? {}).map(([code, n]) => [`special:${code}`, String(n)]),
    ]),
  );
  const [wrong, tell] = useState("");
  const numbers = (start: string) =>
    Object.fromEntries(Object.entries(typed).filter(([key]) => key.startsWith(start)).map(([key, text]) => [key.slice(start.length), whole(text) ?? 0]).filter(([, n]) => n));
  const save = async () => {
    const heads = { cells: numbers("cell:"), special: numbers("special:") };
    const all = [...Object.values(heads.cells), ...Object.values(heads.special)];
    if (all.some((n) => Number.isNaN(n) || (n as number) > room.method.limits.count)) return tell(t("numbers.wrong"));
    if (await write([["setup", { heads, table: room.table }]])) go(room.after("participants"));
  };
  const box = (key: string, label: string) => (
    <input
      id={key} inputMode="numeric" value={typed[key] ?? ""} aria-label={label}
      onInput={(event) => type({ ...typed, [key]: latin(event.currentTarget.value) })}
    />
  );
  return (
    <Frame meeting={meeting} step="participants" title={t("heads.title")} tip={false}>
      <p class="soft">{t("heads.how")}</p>
      <form class="form" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        {wrong && <Notice kind="bad"><p>{wrong}</p></Notice>}
        <div class="scroll">
          <table class="grid-counts">
            <thead><tr><th scope="col"><span class="hide">{t("people.age")}</span></th>{room.method.sexes.map((sex) => <th key={sex.code} scope="col">{say(sex.name)}</th>)}</tr></thead>
            <tbody>
              {room.method.bands.map((band) => (
                <tr key={band.code}>
                  <th scope="row">{say(band.name)}</th>
                  {room.method.sexes.map((sex) => <td key={sex.code}>{box(`cell:${sex.code}/${band.code}`, `${say(sex.name)}, ${say(band.name)}`)}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {room.method.specials.length > 0 && (
          <fieldset class="field">
            <legend>{t("heads.special")}</legend>
            <table class="grid-counts"><tbody>
              {room.method.specials.map((one) => <tr key={one.code}><th scope="row">{say(one.name)}</th><td>{box(`special:${one.code}`, say(one.name))}</td></tr>)}
            </tbody></table>
          </fieldset>
        )}
        <div class="onward"><Button submit icon="arrow-right" after disabled={!room.open}>{t("save_on")}</Button></div>
      </form>
      <p><a href={room.url("participants")}>{t("heads.list_instead")}</a></p>
    </Frame>
  );
}

export function Raise({ meeting }: { meeting: Meeting }) {
  const { room, write } = meeting;
  const [words, search] = useState("");
  const [own, typeOwn] = useState("");
  const [voice, hear] = useState<Blob | null>(null);
  const [wrong, tell] = useState("");
  const raised = Object.fromEntries(room.raised);
  const asked = searchable(words);
  const found = room.criteria
    .filter((one) => !asked || [...Object.values(one.text), ...Object.values(one.hint)].some((text) => searchable(text).includes(asked)))
    .sort((a, b) => (raised[b.code] ?? 0) - (raised[a.code] ?? 0));
  const flip = (code: string) => write(raiseDrafts(room, code, raised[code] ? [] : [""]));
  const addOwn = async () => {
    const text = own.replace(/\s+/g, " ").trim();
    if (!text) return tell(voice ? t("raise.few_words") : t("raise.empty"));
    if (room.criteria.some((one) => Object.values(one.text).some((other) => searchable(other) === searchable(text)))) return tell(t("raise.twice"));
    const code = `own-${uuid().replaceAll("-", "").slice(0, 12)}`;
    const sound = voice ? uuid() : "";
    try {
      // The recording is on the phone before the line that names it.
      if (voice) await keepFile({ uid: sound, card: room.id, kind: "sound", about: code }, voice);
    } catch (error) {
      return tell(saidOf(error));
    }
    const custom = { code, text: { [language()]: text }, ...(sound ? { sound } : {}) };
    if (await write([["custom", custom], ["raise", { criterion: code }]])) {
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
                {one.standard && <><br /><small>{say(one.standard.text)}</small></>}
                {say(one.hint) && <><br /><small class="soft">{say(one.hint)}</small></>}
              </div>
              <div class="act">
                {one.sound ? <KeptSound uid={one.sound} label={text} /> : <Sound url={heldSound(room, one)} label={text} show={false} />}
                {room.people.length > 0 && (
                  <a class="small-button" href={room.url("raise", "by", one.code)} aria-label={`${t("raise.who")}: ${text}`}><Icon name="users" /></a>
                )}
                <button
                  type="button" class={n ? "small-button on" : "small-button"} aria-pressed={n > 0} disabled={!room.open}
                  aria-label={`${n ? t("raise.raised_back") : t("raise.raised")}: ${text}`} onClick={() => flip(one.code)}
                >
                  {n ? <><Icon name="check" />{n > 1 && <small>{n}</small>}</> : <Icon name="plus" />}
                </button>
              </div>
            </li>
          );
        })}
        {!found.length && <li>{t("raise.none_found")}</li>}
      </ul>
      {room.method.raising.custom_allowed && room.open && (
        <form class="form card" onSubmit={(event) => { event.preventDefault(); void addOwn(); }}>
          <div class={wrong ? "field wrong" : "field"}>
            <label for="own">{t("raise.other")}</label>
            <p class="hint">{t("raise.other_hint")}</p>
            {wrong && <p class="error"><Icon name="exclamation-circle" /><span>{wrong}</span></p>}
            <input id="own" maxLength={300} value={own} onInput={(event) => typeOwn(event.currentTarget.value)} />
          </div>
          <VoiceSlot label={own || t("raise.other")} given={voice} made={hear} />
          <Button submit kind="quiet" icon="plus">{t("add_it")}</Button>
        </form>
      )}
      {room.people.length > 0 && room.method.raising.methods.includes("by_person") && (
        <details>
          <summary>{t("raise.by_person")}</summary>
          <ul class="chips">{room.people.map((one) => <li key={one.uid}><a href={room.url("raise", "of", one.uid)}>{one.number}</a></li>)}</ul>
        </details>
      )}
      <div class="onward"><Button icon="arrow-right" after to={room.after("raise")}>{t("go_on")}</Button></div>
    </Frame>
  );
}

/** Who raised one criterion: tick the numbers. */
export function RaisedBy({ meeting, code }: { meeting: Meeting; code: string }) {
  const { room, write } = meeting;
  const criterion = room.criterion(code);
  const [who, tick] = useState<string[]>([...(room.card.raised.get(code) ?? [])]);
  if (!criterion) return null;
  const flip = (uid: string) => tick(who.includes(uid) ? who.filter((one) => one !== uid) : [...who.filter(Boolean), uid]);
  const save = async () => {
    if (await write(raiseDrafts(room, code, who))) go(room.url("raise"));
  };
  return (
    <Frame meeting={meeting} step="raise" title={say(criterion.text)} tip={false}>
      <Chips legend={t("raise.who")} on={who} toggle={flip} options={room.people.map((one) => ({ code: one.uid, label: String(one.number) }))} />
      <div class="onward"><Button kind="quiet" to={room.url("raise")}>{t("back")}</Button><Button onClick={save}>{t("save")}</Button></div>
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
            <label key={one.code}><input type="checkbox" checked={ticked.includes(one.code)} onChange={() => flip(one.code)} /><span>{say(one.text)}</span></label>
          ))}
        </div>
      </fieldset>
      <div class="onward"><Button kind="quiet" to={room.url("raise")}>{t("back")}</Button><Button icon="arrow-right" after onClick={save}>{t("save_on")}</Button></div>
    </Frame>
  );
}

export function Choose({ meeting }: { meeting: Meeting }) {
  const { room, write } = meeting;
  const { priorities_advised: advised, priorities_max: most } = room.method.raising;
  const order = [...room.card.priorities];
  const raised = new Map(room.raised);
  const offered = room.has("raise") ? [...raised.keys()] : [...raised.keys(), ...room.criteria.map((one) => one.code).filter((code) => !raised.has(code))];
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
      {voted && <Notice kind="care"><p>{t("choose.voted")}</p></Notice>}
      <h2>{t("choose.chosen", { n: room.chosen.length })}</h2>
      <Dragged order={order} moved={put} label={(code) => say(room.criterion(code)?.text)}>
        {(code, index) => (
          <div class="act">
            <button type="button" class="small-button" disabled={!index || !room.open} aria-label={`${t("up")}: ${say(room.criterion(code)?.text)}`} onClick={() => move(code, -1)}><Icon name="arrow-up" /></button>
            <button type="button" class="small-button" disabled={index === order.length - 1 || !room.open} aria-label={`${t("down")}: ${say(room.criterion(code)?.text)}`} onClick={() => move(code, 1)}><Icon name="arrow-down" /></button>
            <button type="button" class="small-button" disabled={!room.open} aria-label={`${t("take_out")}: ${say(room.criterion(code)?.text)}`} onClick={() => put(order.filter((one) => one !== code))}><Icon name="x-mark" /></button>
          </div>
        )}
      </Dragged>
      {!room.chosen.length && <p>{t("choose.none")}</p>}
      <h2>{t("choose.from")}</h2>
      <ul class="things">
        {others.map((code) => (
          <li key={code}>
            <div>{say(room.criterion(code)?.text)} {raised.has(code) && <small class="soft">{t("choose.raised", { n: raised.get(code) ?? 0 })}</small>}</div>
            <div class="act"><button type="button" class="small-button" disabled={order.length >= most || !room.open} aria-label={`${t("choose.choose")}: ${say(room.criterion(code)?.text)}`} onClick={() => put([...order, code])}><Icon name="plus" /></button></div>
          </li>
        ))}
        {!others.length && <li>{room.chosen.length ? t("choose.all") : <>{t("choose.nothing")} <a href={room.url("raise")}>{t("choose.raise_first")}</a></>}</li>}
      </ul>
      <div class="onward"><Button icon="arrow-right" after to={room.after("prioritise")}>{t("choose.to_vote")}</Button></div>
    </Frame>
  );
}