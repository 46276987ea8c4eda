// One's own: the PIN, what lies on this phone, and how to keep it safe.
import { useEffect, useState } from "preact/hooks";
import type { Lesson } from "../meeting/pack";
import { saidOf } from "../meeting/use";
import { Button, Fault, Notice, Sound, Title } from "../parts/parts";
import { Screen } from "../parts/screen";
import { heldCards } from "../store/cards";
import { lock, ownName, relock } from "../store/vault";
import { Away, post, Refusal } from "../sync/server";
import { bytes, latin, say, t } from "../words";

export function Mine() {
  const [name, know] = useState("");
  const [room, measure] = useState<{ used: number; all: number } | null>(null);
  useEffect(() => {
    void ownName().then(know);
    void navigator.storage?.estimate?.().then(({ usage = 0, quota = 0 }) => measure({ used: usage, all: quota }));
  }, []);
  return (
    <Screen>
      <Title>{t("mine.title")}</Title>
      <p>{name}</p>
      {room && <p class="soft">{t("mine.room", { used: bytes(room.used), all: bytes(room.all) })}</p>}
      <ChangePin />
      <Lessons />
      <section class="card stack">
        <h2>{t("mine.safe")}</h2>
        <ul>
          <li>{t("mine.safe_pin")}</li>
          <li>{t("mine.safe_lost")}</li>
          <li>{t("mine.safe_names")}</li>
        </ul>
      </section>
      <Button kind="quiet" icon="lock-closed" onClick={lock}>
        {t("leave")}
      </Button>
      <p>
        <a href="#/">{t("home.title")}</a>
      </p>
    </Screen>
  );
}

/** The lessons that came with the meetings on this phone. */
function Lessons() {
  const [taken, know] = useState<{ lessons: Lesson[]; audio: string }>({ lessons: [], audio: "" });
  useEffect(() => {
    void heldCards().then((held) => {
      const last = held[held.length - 1];
      if (last) know({ lessons: last.pack.lessons, audio: last.audio });
    });
  }, []);
  if (!taken.lessons.length) return null;
  return (
    <section class="stack">
      <h2>{t("mine.lessons")}</h2>
      {taken.lessons.map((lesson) => (
        <details key={lesson.code} class="card">
          <summary>{say(lesson.title)}</summary>
          <ol class="stack">
            {lesson.cards.map((card, i) => (
              <li key={i}>
                <p>{say(card.text)}</p>
                <Sound url={card.sounds[taken.audio]?.url} label={`${say(lesson.title)} ${i + 1}`} />
              </li>
            ))}
          </ol>
        </details>
      ))}
    </section>
  );
}

function ChangePin() {
  const [typed, type] = useState({ old: "", fresh: "", again: "" });
  const [wrong, tell] = useState("");
  const [done, finish] = useState(false);
  const change = async () => {
    const { old, fresh, again } = { old: latin(typed.old), fresh: latin(typed.fresh), again: latin(typed.again) };
    finish(false);
    if (fresh !== again) return tell(t("mine.not_same"));
    try {
      // The server first: it says which PINs are too easy, and a phone without a signal changes nothing.
      await post("/app/pin", { old, new: fresh });
      await relock(old, fresh);
      type({ old: "", fresh: "", again: "" });
      tell("");
      finish(true);
    } catch (error) {
      tell(error instanceof Refusal ? error.message : error instanceof Away ? t("join.needs_signal") : saidOf(error));
    }
  };
  const box = (id: "old" | "fresh" | "again", label: string) => (
    <div class="field">
      <label for={`pin-${id}`}>{label}</label>
      <input
        id={`pin-${id}`}
        class="short"
        type="password"
        inputMode="numeric"
        autoComplete="off"
        maxLength={12}
        value={typed[id]}
        onInput={(event) => type({ ...typed, [id]: event.currentTarget.value })}
      />
    </div>
  );
  return (
    <details class="card">
      <summary>{t("mine.change_pin")}</summary>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        {wrong && <Fault>{wrong}</Fault>}
        {done && (
          <Notice kind="good">
            <p>{t("mine.changed")}</p>
          </Notice>
        )}
        {box("old", t("mine.old"))}
        {box("fresh", t("mine.fresh"))}
        {box("again", t("mine.again"))}
        <Button submit>{t("mine.change_pin")}</Button>
      </form>
    </details>
  );
}
