// Bringing the tables of a meeting together with no signal: phone to phone, by pictures or by a file.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { changed, type Meeting } from "../meeting/use";
import { giveFile } from "../parts/file";
import { Button, Notice, Pick, Title } from "../parts/parts";
import { Camera, Qr } from "../parts/qr";
import { Screen } from "../parts/screen";
import { Gathered, packed, parts, taken } from "../sync/handover";
import { t } from "../words";

const TURN_MS = 450;

export function HandOn({ meeting }: { meeting: Meeting }) {
  const { room } = meeting;
  const [whole, pack] = useState<Uint8Array<ArrayBuffer> | null>(null);
  const [at, turn] = useState(0);
  useEffect(() => void packed(room.id).then(pack), [room.all.length]);
  const pictures = useMemo(() => (whole ? parts(whole) : []), [whole]);
  useEffect(() => {
    const clock = setInterval(() => turn((n) => n + 1), TURN_MS);
    return () => clearInterval(clock);
  }, []);
  const file = () => {
    if (!whole) return;
    giveFile(new File([whole], `samleng-${room.held.brief.code}.slg`, { type: "application/octet-stream" }));
  };
  const shown = pictures.length ? pictures[at % pictures.length] : "";
  return (
    <Screen step="give" sample={room.held.brief.sample}>
      <Title>{t("hand.give")}</Title>
      <p>{t("hand.give_how")}</p>
      {shown && <Qr text={shown} label={t("hand.picture", { n: (at % pictures.length) + 1, all: pictures.length })} />}
      {pictures.length > 1 && <p class="soft">{t("hand.pictures", { n: pictures.length })}</p>}
      <Button kind="quiet" icon="share" onClick={file}>
        {t("hand.file")}
      </Button>
      <p class="soft small">{t("hand.sealed")}</p>
      <p>
        <a href={`#/card/${room.id}`}>{t("back")}</a>
      </p>
    </Screen>
  );
}

export function HandIn({ meeting }: { meeting: Meeting }) {
  const { room } = meeting;
  const gathered = useRef(new Gathered());
  const [progress, tell] = useState({ done: 0, of: 0 });
  const [said, say] = useState<{ kind: "good" | "bad"; text: string } | null>(null);
  const [looking, look] = useState(false);
  const takeUp = async (whole: Uint8Array<ArrayBuffer>) => {
    try {
      const { card, fresh } = await taken(whole);
      changed();
      look(false);
      say(
        card === room.id
          ? { kind: "good", text: t("hand.taken", { n: fresh }) }
          : { kind: "good", text: t("hand.other_card", { n: fresh }) },
      );
    } catch {
      say({ kind: "bad", text: t("hand.unreadable") });
    }
  };
  const read = (text: string) => {
    if (!gathered.current.add(text)) return;
    tell({ done: gathered.current.done, of: gathered.current.of });
    const whole = gathered.current.whole();
    if (whole) void takeUp(whole);
  };
  const fromFile = async (file: File | undefined) => {
    if (file) await takeUp(new Uint8Array(await file.arrayBuffer()));
  };
  return (
    <Screen step="take" sample={room.held.brief.sample}>
      <Title>{t("hand.take")}</Title>
      <p>{t("hand.take_how")}</p>
      {said && (
        <Notice kind={said.kind}>
          <p>{said.text}</p>
        </Notice>
      )}
      {looking ? (
        <Camera read={read} />
      ) : (
        <Button
          icon="camera"
          onClick={() => {
            say(null);
            gathered.current = new Gathered();
            look(true);
          }}
        >
          {t("hand.camera")}
        </Button>
      )}
      {looking && progress.of > 0 && (
        <p role="status">
          <progress max={progress.of} value={progress.done} /> {progress.done} / {progress.of}
        </p>
      )}
      <p>
        <Pick id="handed" icon="arrow-down-tray" take={(files) => void fromFile(files?.[0])}>
          {t("hand.from_file")}
        </Pick>
      </p>
      <p>
        <a href={`#/card/${room.id}`}>{t("back")}</a>
      </p>
    </Screen>
  );
}
