// A slot for a voice: record it, hear it, record it again.
import { useEffect, useState } from "preact/hooks";
import { canRecord, record, type Recording } from "../recorder";
import { fileBlob } from "../store/cards";
import { t } from "../words";
import { Icon, Sound } from "./parts";

export function VoiceSlot({ label, made, given }: { label: string; made: (blob: Blob | null) => void; given: Blob | null }) {
  const [running, run] = useState<Recording | null>(null);
  const [url, show] = useState("");
  const [wrong, tell] = useState("");
  useEffect(() => {
    const address = given ? URL.createObjectURL(given) : "";
    show(address);
    return () => URL.revokeObjectURL(address);
  }, [given]);
  useEffect(() => () => void running?.stop(), [running]);
  if (!canRecord()) return null;
  const begin = async () => {
    try {
      run(await record());
      tell("");
    } catch {
      tell(t("voice.not_allowed"));
    }
  };
  const end = async () => {
    const blob = await running?.stop();
    run(null);
    made(blob?.size ? blob : null);
  };
  return (
    <p class="row">
      {running ? (
        <button type="button" class="small-button on" onClick={() => void end()}><Icon name="stop" /> {t("voice.stop")}</button>
      ) : (
        <button type="button" class="small-button" onClick={() => void begin()}><Icon name="microphone" /> {given ? t("voice.again") : t("voice.record")}</button>
      )}
      {running && <span class="soft" role="status">{t("voice.running")}</span>}
      {given && !running && url && <Sound url={url} label={label} />}
      {wrong && <span class="error">{wrong}</span>}
    </p>
  );
}

/** A recording that lies on this phone, played from there. */
export function KeptSound({ uid, label, show = false }: { uid: string; label: string; show?: boolean }) {
  const [url, give] = useState("");
  useEffect(() => {
    let made = "";
    void fileBlob(uid).then((blob) => blob && give((made = URL.createObjectURL(blob)))).catch(() => undefined);
    return () => URL.revokeObjectURL(made);
  }, [uid]);
  return <Sound url={url || undefined} label={label} show={show} />;
}
