// The door of a meeting: taking it along, in which languages, at which table, and whether all is on the phone.
import { useEffect, useState } from "preact/hooks";
import { markUrl, openMarks } from "../meeting/marks";
import { soundsOf } from "../meeting/pack";
import { changed, saidOf, type Meeting } from "../meeting/use";
import { Button, Choices, Icon, Notice, Title } from "../parts/parts";
import { Screen } from "../parts/screen";
import { go } from "../route";
import { askToInstall, canInstall, onHomeScreen, onIos } from "../install";
import { changeCard, freshTable, heldCard, tableNumber } from "../store/cards";
import { soundsMissing, take, takeSounds, type Progress } from "../sync/fetch";
import { waitingOf } from "../sync/send";
import { Away, Refusal } from "../sync/server";
import { sendSoon } from "../sync/soon";
import { bytes, date, say, t } from "../words";

const TABLES = [1, 2, 3, 4, 5];

/** Fetch a card that is not on the phone yet, then open its door. */
export function Take({ id }: { id: string }) {
  const [wrong, tell] = useState("");
  const fetchIt = () => {
    tell("");
    take(id, 1)
      .then(() => {
        changed();
        location.replace(`#/card/${id}`);
      })
      .catch((error: unknown) =>
        tell(error instanceof Refusal ? error.message : error instanceof Away ? t("join.needs_signal") : saidOf(error)),
      );
  };
  useEffect(() => {
    void heldCard(id).then((held) => (held ? location.replace(`#/card/${id}`) : fetchIt()));
  }, [id]);
  return (
    <Screen>
      <Title>{t("take.title")}</Title>
      {wrong ? (
        <>
          <Notice kind="bad">
            <p>{wrong}</p>
          </Notice>
          <Button onClick={fetchIt}>{t("try_again")}</Button>
        </>
      ) : (
        <p class="soft">{t("take.coming")}</p>
      )}
    </Screen>
  );
}

/** Whether the browser has promised not to clear what is kept here. */
async function persisted(): Promise<boolean> {
  // Before iOS 15.2 there is nothing to ask.
  if (!navigator.storage?.persist) return onHomeScreen();
  return (await navigator.storage.persisted()) || navigator.storage.persist();
}

async function shellKept(): Promise<boolean> {
  if (!navigator.serviceWorker) return false;
  const registration = await navigator.serviceWorker.getRegistration("/app/");
  return Boolean(registration?.active);
}

export function Door({ meeting }: { meeting: Meeting }) {
  const { room } = meeting;
  const { held } = room;
  const [missing, count] = useState(0);
  const [progress, tell] = useState<Progress | null>(null);
  const [wrong, fail] = useState("");
  const [lasting, know] = useState<boolean | null>(null);
  const [shell, knowShell] = useState<boolean | null>(null);
  useEffect(() => {
    void soundsMissing(held.pack, held.audio)
      .then(count)
      .catch(() => count(0));
    void shellKept().then(knowShell);
    void navigator.storage?.persisted?.().then(know);
  }, [held]);
  const set = async (change: Partial<typeof held>) => {
    await changeCard(room.id, () => change);
    changed();
  };
  const ready = async () => {
    fail("");
    try {
      await takeSounds(held, held.audio, tell);
      const [kept, opens] = [await persisted(), await shellKept()];
      know(kept);
      knowShell(opens);
      await set({ ready: kept && opens });
    } catch (error) {
      fail(error instanceof Away || error instanceof TypeError ? t("take.cut") : saidOf(error));
    }
    tell(null);
  };
  const news = async () => {
    fail("");
    try {
      await take(room.id, 1);
      changed();
    } catch (error) {
      fail(error instanceof Refusal ? error.message : error instanceof Away ? t("join.needs_signal") : saidOf(error));
    }
  };
  const { brief } = held;
  const marks = room.open ? openMarks(room) : [];
  const all = soundsOf(held.pack, held.audio).length;
  const written = room.lines.length > 0;
  return (
    <Screen sample={brief.sample}>
      <Title>{say(brief.facility)}</Title>
      <p>
        {say(brief.place)} · {say(brief.side_name)} · {brief.code}
        <br />
        <span class="soft">{t("planned", { from: date(brief.planned_from), to: date(brief.planned_to) })}</span>
      </p>
      {wrong && (
        <Notice kind="bad">
          <p>{wrong}</p>
        </Notice>
      )}
      {held.refused && (
        <Notice kind="bad" title={t("refused.title")}>
          <p>{held.refused}</p>
        </Notice>
      )}
      {marks.length > 0 && (
        <Notice kind="care" title={t("returned.title", { n: marks.length })}>
          <ul>
            {marks.map((mark) => (
              <li key={mark.id}>
                <a href={markUrl(room, mark.field)}>{mark.reason}</a>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {room.open ? (
        <section class="next">
          <h2>{written ? t("door.go_on") : t("door.begin")}</h2>
          <p>{t("door.need")}</p>
          <Button icon="arrow-right" after to={room.onward}>
            {written ? t("door.on") : t("door.start")}
          </Button>
        </section>
      ) : (
        <Notice
          kind="good"
          title={t(held.finished && brief.state === "running" ? "state.finished" : `state.${brief.state}`)}
        >
          <p>{t("door.read")}</p>
          <Button kind="quiet" to={room.url("results")}>
            {t("results.title")}
          </Button>
        </Notice>
      )}
      {room.open && (
        <section class="card stack">
          <h2>{held.ready ? t("ready.title") : t("ready.make")}</h2>
          <ul class="plain ready">
            <Ready on label={t("ready.card")} />
            <Ready on={missing === 0} label={all ? t("ready.sounds", { n: all }) : t("ready.no_sounds")} />
            <Ready on={shell === true} label={t("ready.app")} />
            <Ready on={lasting === true} label={t("ready.lasting")} />
          </ul>
          {held.pack.method.audio_languages.length > 1 && (
            <label class="field">
              <span class="label">{t("ready.audio")}</span>
              <select
                class="input"
                value={held.audio}
                onChange={(event) => void set({ audio: event.currentTarget.value, ready: false })}
              >
                {held.pack.method.audio_languages.map((tag) => (
                  <option key={tag} value={tag}>
                    {say(held.pack.method.language_names[tag]) || tag}
                  </option>
                ))}
              </select>
            </label>
          )}
          {progress && (
            <p>
              <progress max={progress.all || 1} value={progress.done} /> {bytes(progress.done)} / {bytes(progress.all)}
            </p>
          )}
          {lasting === false && (
            <Notice kind="care">
              <p>{onIos() ? t("ready.ios") : t("ready.install")}</p>
              {canInstall() && (
                <Button kind="quiet" icon="device-phone-mobile" onClick={() => void askToInstall()}>
                  {t("ready.install_now")}
                </Button>
              )}
            </Notice>
          )}
          {!held.ready && (
            <Button kind="quiet" icon="arrow-down-tray" onClick={ready} disabled={progress !== null}>
              {missing ? t("ready.fetch", { size: bytes(missing) }) : t("ready.check")}
            </Button>
          )}
        </section>
      )}
      {room.open && (
        <section class="card stack">
          <Choices
            name="table"
            legend={t("table.legend")}
            hint={t("table.hint")}
            value={String(tableNumber(held))}
            choose={(n) => void (written ? undefined : set({ table: freshTable(Number(n)) }))}
            options={TABLES.map((n) => ({
              value: String(n),
              label: n === 1 ? t("table.first") : t("table.n", { n, from: (n - 1) * 100 + 1 }),
            }))}
          />
          {written && <p class="soft small">{t("table.fixed")}</p>}
          <h3>{t("hand.title")}</h3>
          <p class="row">
            <Button kind="quiet" icon="qr-code" to={room.url("give")}>
              {t("hand.give")}
            </Button>
            <Button kind="quiet" icon="camera" to={room.url("take")}>
              {t("hand.take")}
            </Button>
          </p>
        </section>
      )}
      <Waiting id={room.id} />
      <p class="row">
        <Button kind="quiet" icon="arrow-path" onClick={() => void news()}>
          {t("door.news")}
        </Button>
      </p>
      <p>
        <a href="#/">{t("home.title")}</a>
      </p>
    </Screen>
  );
}

const Ready = ({ on, label }: { on: boolean; label: string }) => (
  <li class="row">
    <Icon name={on ? "check-circle" : "exclamation-circle"} label={on ? t("done") : t("ready.not")} />
    <span>{label}</span>
  </li>
);

function Waiting({ id }: { id: string }) {
  const [n, count] = useState(0);
  useEffect(() => {
    void waitingOf(id).then(count);
  });
  if (!n) return null;
  return (
    <Notice kind="care">
      <p>{t("home.to_send", { n })}</p>
      <Button kind="quiet" icon="cloud-arrow-up" onClick={sendSoon}>
        {t("home.send")}
      </Button>
    </Notice>
  );
}

export function SentPage({ meeting }: { meeting: Meeting }) {
  const { room } = meeting;
  const [n, count] = useState<number | null>(null);
  useEffect(() => {
    void waitingOf(room.id).then(count);
  }, [room]);
  const away = room.held.brief.state === "running" || room.held.brief.state === "planned";
  return (
    <Screen sample={room.held.brief.sample}>
      <Title>{away ? t("sent.finished") : t("sent.title")}</Title>
      {away ? (
        <Notice kind="care" title={t("sent.waits")}>
          <p>{navigator.onLine ? t("home.sending") : t("sent.by_itself")}</p>
        </Notice>
      ) : (
        <Notice kind="good" title={t("sent.arrived")}>
          <p>{t("sent.then")}</p>
        </Notice>
      )}
      {n ? <p class="soft">{t("home.to_send", { n })}</p> : null}
      <Button to="#/" icon="home">
        {t("home.title")}
      </Button>
      <p>
        <a href={`#/card/${room.id}`} onClick={() => go(`#/card/${room.id}`)}>
          {t("door.read")}
        </a>
      </p>
    </Screen>
  );
}
