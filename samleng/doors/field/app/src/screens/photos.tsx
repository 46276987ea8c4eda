// The flip-chart, photographed.
import { useEffect, useState } from "preact/hooks";
import { changed, type Meeting, saidOf } from "../meeting/use";
import { Button, Icon, Notice, Pick } from "../parts/parts";
import { dropFile, fileBlob, filesOf, keepFile } from "../store/cards";
import type { KeptFile } from "../store/database";
import { uuid } from "../sync/send";
import { bytes, t } from "../words";
import { Frame } from "./frame";

const LONGEST = 1600;

/** A picture made small enough for a slow line; what else the camera wrote into the file stays behind. */
async function smaller(file: File): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob((blob) => done(blob ?? file), "image/jpeg", 0.8));
}

function Picture({ file, drop }: { file: KeptFile; drop: () => void }) {
  const [url, show] = useState("");
  useEffect(() => {
    let made = "";
    void fileBlob(file.uid).then((blob) => {
      if (blob) show((made = URL.createObjectURL(blob)));
    });
    return () => URL.revokeObjectURL(made);
  }, [file.uid]);
  return (
    <li>
      <div>
        {url && <img src={url} alt={t("photos.one")} />}
        <small class="soft">
          {bytes(file.length)} · {file.sent ? t("sent") : t("not_sent")}
        </small>
      </div>
      {!file.sent && (
        <div class="act">
          <button type="button" class="small-button" aria-label={t("take_out")} onClick={drop}>
            <Icon name="trash" />
          </button>
        </div>
      )}
    </li>
  );
}

const MOST_PHOTOS = 12;

export function Photos({ meeting }: { meeting: Meeting }) {
  const { room } = meeting;
  const [files, show] = useState<KeptFile[]>([]);
  const [wrong, tell] = useState("");
  const read = () => void filesOf(room.id).then((all) => show(all.filter((file) => file.kind === "photo")));
  useEffect(read, [room]);
  const keep = async (chosen: FileList | null) => {
    try {
      for (const file of [...(chosen ?? [])].slice(0, MOST_PHOTOS - files.length))
        await keepFile({ uid: uuid(), card: room.id, kind: "photo", about: "" }, await smaller(file));
      tell("");
    } catch (error) {
      tell(saidOf(error));
    }
    read();
    changed();
  };
  return (
    <Frame meeting={meeting} step="photos" title={t("photos.title")}>
      <p class="soft">{t("photos.how")}</p>
      {wrong && (
        <Notice kind="bad">
          <p>{wrong}</p>
        </Notice>
      )}
      <ul class="things pictures">
        {files.map((file) => (
          <Picture key={file.uid} file={file} drop={() => void dropFile(file.uid).then(read)} />
        ))}
      </ul>
      {room.open && files.length < MOST_PHOTOS && (
        <Pick id="photo" icon="camera" accept="image/*" multiple take={(chosen) => void keep(chosen)}>
          {t("photos.take")}
        </Pick>
      )}
      <div class="onward">
        <Button icon="arrow-right" after to={room.after("photos")}>
          {t("go_on")}
        </Button>
      </div>
    </Frame>
  );
}
