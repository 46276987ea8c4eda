// The first screen: meetings on this phone, what waits to be sent, and which ones can be taken along.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Brief } from "../meeting/pack";
import { saidOf, useChanged } from "../meeting/use";
import { Button, Fault, Icon, Notice, Title } from "../parts/parts";
import { Screen } from "../parts/screen";
import { go } from "../route";
import { heldCards, type Held } from "../store/cards";
import { cardByCode, waitingCards } from "../sync/fetch";
import { waitingOf } from "../sync/send";
import { Away, Refusal } from "../sync/server";
import { lastSent, sendSoon } from "../sync/soon";
import { date, latin, say, t } from "../words";

const stateWord = (held: Held): string => {
  if (held.brief.state === "running" && held.returned.some((mark) => mark.open)) return t("state.returned");
  if (held.finished && held.brief.state !== "in_review" && held.brief.state !== "completed") return t("state.finished");
  return t(`state.${held.brief.state}`);
};

export function CardLine({ brief, children, to }: { brief: Brief; children?: preact.ComponentChildren; to: string }) {
  return (
    <li class="card">
      <h3>
        <a href={to}>{say(brief.facility)}</a>
      </h3>
      <p class="soft">
        {say(brief.place)} · {say(brief.side_name)} · {brief.code}
      </p>
      <p class="soft small">{t("planned", { from: date(brief.planned_from), to: date(brief.planned_to) })}</p>
      {children}
    </li>
  );
}

export function Home() {
  const [held, show] = useState<(Held & { waiting: number })[] | null>(null);
  const [others, offer] = useState<Brief[]>([]);
  const [wrong, tell] = useState("");
  const read = useCallback(async () => {
    try {
      const all = await heldCards();
      all.sort((a, b) => (a.brief.planned_from < b.brief.planned_from ? -1 : 1));
      show(await Promise.all(all.map(async (one) => ({ ...one, waiting: await waitingOf(one.pack.card.id) }))));
    } catch (error) {
      tell(saidOf(error));
    }
  }, []);
  useEffect(() => {
    void read();
    waitingCards()
      .then(offer)
      .catch(() => undefined);
  }, [read]);
  useChanged(read);
  if (!held)
    return (
      <Screen>
        <p class="soft">{t("opening")}</p>
      </Screen>
    );
  const mine = new Set(held.map((one) => one.pack.card.id));
  const fresh = others.filter((one) => !mine.has(one.id) && one.state !== "in_review");
  const waiting = held.reduce((sum, one) => sum + one.waiting, 0);
  const sent = lastSent();
  return (
    <Screen sample={[...held.map((one) => one.brief), ...others].some((brief) => brief.sample)}>
      <Title>{t("home.title")}</Title>
      {wrong && (
        <Notice kind="bad">
          <p>{wrong}</p>
        </Notice>
      )}
      {sent.unknown && (
        <Notice kind="bad" title={t("unknown.title")}>
          <p>{t("unknown.what")}</p>
        </Notice>
      )}
      {waiting > 0 && (
        <Notice kind="care" title={t("home.waiting", { n: waiting })}>
          <p>{navigator.onLine ? t("home.sending") : t("home.no_signal")}</p>
          <Button kind="quiet" icon="cloud-arrow-up" onClick={sendSoon}>
            {t("home.send")}
          </Button>
        </Notice>
      )}
      {held.length > 0 && (
        <ul class="plain stack">
          {held.map((one) => (
            <CardLine key={one.pack.card.id} brief={one.brief} to={`#/card/${one.pack.card.id}`}>
              <p class="row">
                <span class="chip">{stateWord(one)}</span>
                {one.waiting ? (
                  <span class="chip care">
                    <Icon name="cloud-arrow-up" />
                    {t("home.to_send", { n: one.waiting })}
                  </span>
                ) : (
                  <span class="chip good">
                    <Icon name="check" />
                    {t("home.all_sent")}
                  </span>
                )}
                {one.ready && (
                  <span class="chip go">
                    <Icon name="device-phone-mobile" />
                    {t("home.ready")}
                  </span>
                )}
              </p>
              {one.refused && (
                <Notice kind="bad">
                  <p>{one.refused}</p>
                </Notice>
              )}
            </CardLine>
          ))}
        </ul>
      )}
      <Join />
      {fresh.length > 0 && (
        <section class="stack">
          <h2>{t("home.planned")}</h2>
          <ul class="plain stack">
            {fresh.map((one) => (
              <CardLine key={one.id} brief={one} to={`#/take/${one.id}`} />
            ))}
          </ul>
        </section>
      )}
      <p>
        <a href="#/mine">{t("mine.title")}</a>
      </p>
      {!held.length && !fresh.length && (
        <div class="empty">
          <Icon name="clipboard-document-list" />
          <p>{t("home.none")}</p>
        </div>
      )}
    </Screen>
  );
}

/** Find a meeting by its six digits, typed or from a link that ends in them. */
export function Join({ given = "" }: { given?: string }) {
  const [code, type] = useState(given);
  const [wrong, tell] = useState("");
  const find = async (digits: string) => {
    tell("");
    try {
      const brief = await cardByCode(digits);
      go(`#/take/${brief.id}`);
    } catch (error) {
      tell(error instanceof Refusal ? error.message : error instanceof Away ? t("join.needs_signal") : saidOf(error));
    }
  };
  useEffect(() => {
    if (given) void find(given);
  }, [given]);
  const enter = () => {
    const digits = latin(code).replace(/\D/g, "").slice(-6);
    if (digits.length !== 6) return tell(t("join.six"));
    void find(digits);
  };
  return (
    <form
      class="card form"
      onSubmit={(event) => {
        event.preventDefault();
        enter();
      }}
    >
      <div class={wrong ? "field wrong" : "field"}>
        <label for="code">{t("join.code")}</label>
        <p class="hint">{t("join.hint")}</p>
        {wrong && <Fault>{wrong}</Fault>}
        <input
          id="code"
          class="short"
          inputMode="numeric"
          autoComplete="off"
          value={code}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </div>
      <Button submit icon="magnifying-glass">
        {t("join.find")}
      </Button>
    </form>
  );
}
