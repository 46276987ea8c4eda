// Coming in: the browser we are in, the PIN, and a phone that is not enrolled yet.
import { useEffect, useState } from "preact/hooks";
import { Button, Fault, Notice, Title } from "../parts/parts";
import { Screen } from "../parts/screen";
import { learnSiteKey } from "../sync/fetch";
import { Away, me, post, Refusal, type Me } from "../sync/server";
import { base64, sealToSite, siteKey, unbase64 } from "../store/site_key";
import { destroyKey, found, open, owner, recovered, recoveryCopy } from "../store/vault";
import { latin, t } from "../words";

/** Inside another app's browser nothing is kept and nothing can be installed. */
export const insideAnother = (): boolean =>
  /FBAN|FBAV|FB_IAB|Instagram|Line\/|Telegram|MicroMessenger|; wv\)/i.test(navigator.userAgent);

export function HandOver() {
  const android = /Android/i.test(navigator.userAgent);
  const bare = location.href.replace(/^https?:\/\//, "");
  const [copied, tell] = useState(false);
  const copy = () => void navigator.clipboard?.writeText(location.href).then(() => tell(true));
  return (
    <Screen>
      <Title>{t("inside.title")}</Title>
      <p>{t("inside.what")}</p>
      {android && (
        <Button
          icon="arrow-right"
          after
          to={`intent://${bare}#Intent;scheme=${location.protocol.slice(0, -1)};package=com.android.chrome;end`}
        >
          {t("inside.chrome")}
        </Button>
      )}
      {!android && <p>{t("inside.safari")}</p>}
      <p class="read">{location.origin}/app/</p>
      <Button kind="quiet" onClick={copy}>
        {copied ? t("inside.copied") : t("inside.copy")}
      </Button>
    </Screen>
  );
}

type Knows = { state: "asking" } | { state: "enrol"; me: Me | null } | { state: "pin"; first: boolean };

/** The PIN opens the app: the first time with a signal, after that without. */
export function Entry({ opened }: { opened: () => void }) {
  const [knows, learn] = useState<Knows>({ state: "asking" });
  const [pin, type] = useState("");
  const [wrong, tell] = useState("");
  const [busy, wait] = useState(false);
  useEffect(() => {
    void (async () => {
      const known = await owner();
      // A session of a phone that was shut out is ended by the first answer; the second says how it stands.
      const asked = await me()
        .catch((error: unknown) => (error instanceof Refusal ? me() : null))
        .catch(() => null);
      // Reported lost, or enrolled anew for somebody else: what lies here stays shut.
      if (known && asked && !asked.enrolled && (await recoveryCopy())) await destroyKey();
      if (known && (!asked || asked.enrolled)) return learn({ state: "pin", first: false });
      if (asked?.enrolled) return learn({ state: "pin", first: true });
      learn({ state: "enrol", me: asked });
    })();
  }, []);
  const first = async () => {
    const given = await post<{ person: string; name: string }>("/app/unlock", { pin: latin(pin) });
    await learnSiteKey();
    const site = await siteKey();
    await found(given.person, given.name, latin(pin), async (raw) => {
      const copy = JSON.stringify({ person: given.person, key: base64(raw) });
      return site ? sealToSite(site, new TextEncoder().encode(copy)) : "";
    });
    await me();
    opened();
  };
  const again = async () => {
    const result = await open(latin(pin));
    if (result !== "open") return (result === "wrong" && (await openedByOffice())) || tell(t(`pin.${result}`));
    // With a signal the server hears of it too; without one, the phone does without.
    await post("/app/unlock", { pin: latin(pin) })
      .then(() => me())
      .catch(() => undefined);
    opened();
  };
  /** A PIN that the office knows and the phone does not: it was changed elsewhere, or given anew by a slip. */
  const openedByOffice = async (): Promise<boolean> => {
    try {
      const given = await post<{ person: string }>("/app/unlock", { pin: latin(pin) });
      const [known, sealed] = [await owner(), await recoveryCopy()];
      if (known !== given.person || !sealed) return false;
      await me();
      const { key } = await post<{ key: string }>("/app/recover", { sealed });
      await recovered(unbase64(key).buffer, latin(pin));
      opened();
      return true;
    } catch (error) {
      if (error instanceof Refusal || error instanceof Away) return false;
      throw error;
    }
  };
  const enter = async () => {
    if (!latin(pin)) return tell(t("pin.empty"));
    wait(true);
    try {
      await (knows.state === "pin" && knows.first ? first() : again());
    } catch (error) {
      tell(error instanceof Refusal ? error.message : error instanceof Away ? t("pin.needs_signal") : t("error.phone"));
    }
    wait(false);
  };
  if (knows.state === "asking")
    return (
      <Screen>
        <p class="soft">{t("opening")}</p>
      </Screen>
    );
  if (knows.state === "enrol")
    return (
      <Screen>
        <Title>{t("enrol.title")}</Title>
        <p>{t("enrol.what")}</p>
        {!knows.me && (
          <Notice kind="care">
            <p>{t("pin.needs_signal")}</p>
          </Notice>
        )}
        <Button icon="qr-code" to={`/${document.documentElement.lang}/pin/?next=/app/`}>
          {t("enrol.slip")}
        </Button>
      </Screen>
    );
  return (
    <Screen>
      <Title>{t("pin.title")}</Title>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <div class={wrong ? "field wrong" : "field"}>
          <label for="pin">{t("pin.yours")}</label>
          {wrong && <Fault>{wrong}</Fault>}
          <input
            id="pin"
            class="short"
            type="password"
            inputMode="numeric"
            autoComplete="off"
            maxLength={12}
            value={pin}
            onInput={(event) => type(event.currentTarget.value)}
          />
        </div>
        <Button submit disabled={busy}>
          {busy ? t("opening") : t("pin.open")}
        </Button>
      </form>
    </Screen>
  );
}
