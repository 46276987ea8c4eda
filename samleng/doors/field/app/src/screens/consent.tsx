// What is read aloud before anybody speaks, and agreed to.
import type { Meeting } from "../meeting/use";
import { Button, Sound } from "../parts/parts";
import { go } from "../route";
import { heldSound } from "../sounds";
import { say, t } from "../words";
import { Frame } from "./frame";

export function Consent({ meeting }: { meeting: Meeting }) {
  const { room, write } = meeting;
  const agreed = async () => {
    if (await write(room.card.setup.get("consent") ? [] : [["setup", { consent: "read", table: room.table }]]))
      go(room.after("information"));
  };
  return (
    <Frame meeting={meeting} step="information" title={t("consent.title")} tip={false}>
      <p class="soft">{t("consent.how")}</p>
      <Sound label={t("consent.title")} url={heldSound(room, "consent")} />
      <blockquote class="read">{say(room.method.consent)}</blockquote>
      <div class="onward">
        <Button icon="arrow-right" after onClick={agreed}>
          {t("consent.agreed")}
        </Button>
      </div>
    </Frame>
  );
}
