// Who is here: one by one, by number, sex and age.
import { useState } from "preact/hooks";
import { forgetPerson, personDraft } from "../meeting/room";
import type { Meeting } from "../meeting/use";
import { Button, Chips, Fault, Icon, Notice } from "../parts/parts";
import { go } from "../route";
import { uuid } from "../sync/send";
import { latin, say, t, whole } from "../words";
import { Frame } from "./frame";

interface Profile {
  special: string[];
  group: string;
  counted: boolean;
}

function ProfileFields({
  meeting,
  profile,
  change,
}: {
  meeting: Meeting;
  profile: Profile;
  change: (profile: Profile) => void;
}) {
  const { specials, groups } = meeting.room.method;
  const flip = (code: string) =>
    profile.special.includes(code) ? profile.special.filter((one) => one !== code) : [...profile.special, code].sort();
  return (
    <>
      {specials.length > 0 && (
        <Chips
          legend={t("people.special")}
          on={profile.special}
          toggle={(code) => change({ ...profile, special: flip(code) })}
          options={specials.map((one) => ({ code: one.code, label: say(one.name) }))}
        />
      )}
      {groups.length > 1 && (
        <Chips
          legend={t("people.group")}
          single="group"
          on={[profile.group]}
          toggle={(group) => change({ ...profile, group })}
          options={groups.map((one) => ({ code: one.code, label: say(one.name) }))}
        />
      )}
      <label class="choice">
        <input
          type="checkbox"
          checked={!profile.counted}
          onChange={() => change({ ...profile, counted: !profile.counted })}
        />
        <span>{t("people.not_counted")}</span>
      </label>
    </>
  );
}

/** One tap for sex and age together. */
export function Cells({
  meeting,
  tap,
  on,
}: {
  meeting: Meeting;
  tap: (sex: string, band: string) => void;
  on?: string;
}) {
  const { sexes, bands } = meeting.room.method;
  return (
    <table class="tap">
      <thead>
        <tr>
          <th scope="col">
            <span class="hide">{t("people.age")}</span>
          </th>
          {sexes.map((sex) => (
            <th key={sex.code} scope="col">
              {say(sex.name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bands.map((band) => (
          <tr key={band.code}>
            <th scope="row">{say(band.name)}</th>
            {sexes.map((sex) => (
              <td key={sex.code}>
                <button
                  type="button"
                  class={on === `${sex.code}/${band.code}` ? "on" : ""}
                  aria-pressed={on === undefined ? undefined : on === `${sex.code}/${band.code}`}
                  aria-label={`${t("add")}: ${say(sex.name)}, ${say(band.name)}`}
                  onClick={() => tap(sex.code, band.code)}
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
  const names = Object.fromEntries(
    [...meeting.room.method.sexes, ...meeting.room.method.bands].map((one) => [one.code, say(one.name)]),
  );
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
      {heads && (
        <Notice>
          <p>
            {t("people.counted", { n: counted.people })}{" "}
            <a href={room.url("participants", "heads")}>{t("people.change_counts")}</a>
          </p>
        </Notice>
      )}
      {room.open && (
        <section class="card form">
          <p>
            <span class="soft">{t("people.next")}</span>
            <br />
            <span class="turn">{room.nextNumber}</span>
          </p>
          <ProfileFields meeting={meeting} profile={profile} change={change} />
          <Cells meeting={meeting} tap={add} />
        </section>
      )}
      <p class="status-line" role="status">
        {counted.people > 0 && t("people.here", { n: counted.people })}
      </p>
      {room.people.length > 0 ? (
        <>
          <h2>{t("people.to_change")}</h2>
          <ul class="chips">
            {[...room.people].reverse().map((one) => (
              <li key={one.uid}>
                <a href={room.url("participants", one.uid)}>
                  <b>{one.number}</b> <small>{profileWords(meeting, one)}</small>
                </a>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p>
          <a href={room.url("participants", "heads")}>{t("people.heads_instead")}</a>
        </p>
      )}
      <div class="onward">
        <Button icon="arrow-right" after to={room.after("participants")}>
          {t("go_on")}
        </Button>
      </div>
    </Frame>
  );
}

export function PersonPage({ meeting, uid }: { meeting: Meeting; uid: string }) {
  const { room, write } = meeting;
  const person = room.card.people.get(uid);
  const [number, setNumber] = useState(String(person?.number ?? ""));
  const [cell, setCell] = useState(person ? `${person.sex}/${person.band}` : "");
  const [profile, change] = useState<Profile>({
    special: [...(person?.special ?? [])],
    group: person?.group ?? "",
    counted: person?.counted ?? true,
  });
  const [wrong, tell] = useState("");
  if (!person)
    return (
      <Frame meeting={meeting} step="participants" title={t("people.gone")}>
        <Button to={room.url("participants")}>{t("people.back")}</Button>
      </Frame>
    );
  const save = async () => {
    const n = whole(number);
    if (!n || n > room.method.limits.people) return tell(t("people.number_wrong", { n: room.method.limits.people }));
    if (room.people.some((other) => other.number === n && other.uid !== uid))
      return tell(t("people.number_taken", { n }));
    const [sex, band] = cell.split("/");
    if (await write([personDraft(room, uid, { number: n, sex, band, ...profile })])) go(room.url("participants"));
  };
  const remove = async () => {
    if (await write(forgetPerson(room, uid))) go(room.url("participants"));
  };
  return (
    <Frame meeting={meeting} step="participants" title={t("people.number", { n: person.number })} tip={false}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div class={wrong ? "field wrong" : "field"}>
          <label for="number">{t("people.sticker")}</label>
          {wrong && <Fault>{wrong}</Fault>}
          <input
            class="short"
            id="number"
            inputMode="numeric"
            value={number}
            onInput={(event) => setNumber(latin(event.currentTarget.value))}
          />
        </div>
        <ProfileFields meeting={meeting} profile={profile} change={change} />
        <Cells meeting={meeting} on={cell} tap={(sex, band) => setCell(`${sex}/${band}`)} />
        <div class="onward">
          <Button submit disabled={!room.open}>
            {t("save")}
          </Button>
        </div>
      </form>
      {room.open && (
        <details>
          <summary>{t("people.take_out")}</summary>
          <p>{t("people.take_out_what")}</p>
          <Button kind="warn" icon="trash" onClick={remove}>
            {t("take_out")}
          </Button>
        </details>
      )}
      <p>
        <a href={room.url("participants")}>{t("people.back")}</a>
      </p>
    </Frame>
  );
}
