// The field app: a whole meeting with no signal.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { readHanded, handedCard } from "./meeting/handed";
import { useMeeting } from "./meeting/use";
import { Button, hush, Icon, Notice } from "./parts/parts";
import { Screen } from "./parts/screen";
import { replace, useRoute } from "./route";
import { Door, SentPage, Take } from "./screens/door";
import { Finish } from "./screens/finish";
import { Photos } from "./screens/photos";
import { Reflect } from "./screens/reflect";
import { Results } from "./screens/results";
import { ByQr } from "./screens/signal";
import { Entry, HandOver, insideAnother } from "./screens/entry";
import { HandIn, HandOn } from "./screens/handover";
import { Home, Join } from "./screens/home";
import { Mine } from "./screens/mine";
import { Choose } from "./screens/choose";
import { Consent } from "./screens/consent";
import { Heads } from "./screens/heads";
import { People, PersonPage } from "./screens/people";
import { Raise, RaisedBy, RaisedOf } from "./screens/raise";
import { SetUp } from "./screens/setup";
import { Ballot } from "./screens/ballot";
import { Counts } from "./screens/counts";
import { Pass, Vote } from "./screens/vote";
import { forgetOld } from "./store/cards";
import { keepMeta, meta } from "./store/database";
import { lock, onLock, unlocked } from "./store/vault";
import { keepSending, sendSoon } from "./sync/soon";
import { uuid } from "./sync/send";
import { worker } from "./trusted";
import { speak, t, language } from "./words";

const IDLE_MS = 5 * 60_000;
// The site's languages by their tags, each as it calls itself.
const LANGUAGES = JSON.parse(document.documentElement.dataset.languages ?? "{}") as Record<string, string>;

function MeetingPages({ id, parts }: { id: string; parts: string[] }) {
  const meeting = useMeeting(id);
  if (meeting === null)
    return (
      <Screen>
        <p class="soft">{t("opening")}</p>
      </Screen>
    );
  if (meeting === "none") return <Take id={id} />;
  const { room } = meeting;
  const [step = "", first = "", second = ""] = parts;
  const handed = handedCard() === id;
  if (handed && !(step === "vote" && ["pass", "ballot"].includes(first))) {
    // Back, or a link, must not lead out of the ballot while the phone goes round.
    replace(room.url("vote", "pass", room.left[0]?.uid ?? uuid()));
    return null;
  }
  switch (step) {
    case "information":
      return <Consent meeting={meeting} />;
    case "setup":
      return <SetUp meeting={meeting} />;
    case "participants":
      if (first === "heads") return <Heads meeting={meeting} />;
      return first ? <PersonPage key={first} meeting={meeting} uid={first} /> : <People meeting={meeting} />;
    case "raise":
      if (first === "by") return <RaisedBy key={second} meeting={meeting} code={second} />;
      return first === "of" ? <RaisedOf key={second} meeting={meeting} uid={second} /> : <Raise meeting={meeting} />;
    case "prioritise":
      return <Choose meeting={meeting} />;
    case "vote":
      if (first === "pass") return <Pass key={second} meeting={meeting} uid={second} />;
      if (first === "ballot") return <Ballot key={second} meeting={meeting} uid={second} />;
      if (first === "phones") return <ByQr meeting={meeting} />;
      return first === "counts" ? <Counts meeting={meeting} /> : <Vote meeting={meeting} />;
    case "results":
      return <Results meeting={meeting} />;
    case "reflect":
      return <Reflect key={first} meeting={meeting} at={Number(first) || 1} />;
    case "photos":
      return <Photos meeting={meeting} />;
    case "finish":
      return <Finish meeting={meeting} />;
    case "give":
      return <HandOn meeting={meeting} />;
    case "take":
      return <HandIn meeting={meeting} />;
    case "sent":
      return <SentPage meeting={meeting} />;
    default:
      return <Door meeting={meeting} />;
  }
}

function Top({ open, turn }: { open: boolean; turn: () => void }) {
  const [online, know] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => know(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  const tags = Object.keys(LANGUAGES);
  const other = tags[(tags.indexOf(language()) + 1) % tags.length] ?? "";
  const change = () =>
    void speak(other)
      .then(() => keepMeta("language", other))
      .then(turn);
  return (
    <>
      <header class="top">
        <div class="wrap">
          <a class="brand" href="#/">
            <Icon name="home" label={t("home.title")} />
            <span>{t("brand")}</span>
          </a>
          <nav aria-label={t("menu")}>
            <span class="signal" role="status">
              <Icon name={online ? "signal" : "signal-slash"} label={online ? t("signal.on") : t("signal.off")} />
            </span>
            {tags.length > 1 && (
              <button type="button" class="lang" lang={other} onClick={change}>
                <Icon name="language" />
                {LANGUAGES[other]}
              </button>
            )}
            {open && (
              <button
                type="button"
                onClick={() => {
                  hush();
                  lock();
                }}
              >
                <Icon name="lock-closed" />
                {t("leave")}
              </button>
            )}
          </nav>
        </div>
      </header>
      <div class="krama" aria-hidden="true" />
    </>
  );
}

function App() {
  const parts = useRoute();
  const [open, turn] = useState(unlocked());
  const [, again] = useState(0);
  useEffect(() => onLock(() => turn(false)), []);
  useEffect(() => {
    let hidden = 0;
    const look = () => {
      if (document.visibilityState === "hidden") hidden = Date.now();
      else if (hidden && Date.now() - hidden > IDLE_MS && !handedCard()) lock();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  const opened = () => {
    void readHanded()
      .then(() => forgetOld())
      .then(() => {
        turn(true);
        sendSoon();
      });
  };
  if (insideAnother()) return <HandOver />;
  const [place = "", id = "", ...rest] = parts;
  const handed = handedCard() && open;
  return (
    <>
      {!handed && <Top open={open} turn={() => again((n) => n + 1)} />}
      {!open ? (
        <Entry opened={opened} />
      ) : handed ? (
        <MeetingPages id={handedCard()} parts={place === "card" && id === handedCard() ? rest : []} />
      ) : place === "card" && id ? (
        <MeetingPages key={id} id={id} parts={rest} />
      ) : place === "take" && id ? (
        <Take key={id} id={id} />
      ) : place === "mine" ? (
        <Mine />
      ) : place === "join" ? (
        <Screen>
          <h1>{t("join.code")}</h1>
          <Join given={id} />
        </Screen>
      ) : (
        <Home />
      )}
    </>
  );
}

/** The letters come before the words, so that nothing moves under a finger; but nobody waits long for them. */
const LETTERS_MS = 3_000;
const letters = (): Promise<unknown> => {
  const loaded = ["400", "600"].map((weight) => document.fonts?.load(`${weight} 1em "Noto Sans Khmer"`, "ក"));
  return Promise.race([Promise.all(loaded).catch(() => undefined), new Promise((go) => setTimeout(go, LETTERS_MS))]);
};

async function start(): Promise<void> {
  const root = document.getElementById("app");
  if (!root) return;
  const ready = letters();
  const kept = await meta<string>("language").catch(() => undefined);
  await speak(kept && kept in LANGUAGES ? kept : document.documentElement.lang);
  await ready;
  root.replaceChildren();
  render(<App />, root);
  // Locked too: what is sealed to the site leaves.
  keepSending();
  // A phone that lets no worker in still has the app; the meeting's door says that it needs a signal to open.
  await navigator.serviceWorker?.register(worker(), { scope: "/app/" }).catch(() => undefined);
}

void start().catch((error: unknown) => {
  const root = document.getElementById("app");
  if (root)
    render(
      <Screen>
        <Notice kind="bad">
          <p>{String(error)}</p>
        </Notice>
        <Button onClick={() => location.reload()}>{t("try_again")}</Button>
      </Screen>,
      root,
    );
});
