// Screens that are of use only with a signal: their code and words come when they are asked for.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Meeting } from "../meeting/use";
import { Button, Notice } from "../parts/parts";
import { me } from "../sync/server";
import { language, learn, t } from "../words";
import { Frame } from "./frame";

/** No signal: the vote goes on without it, in one of the other ways. */
export function WithoutSignal({ meeting, again }: { meeting: Meeting; again: () => void }) {
  const { room } = meeting;
  return (
    <>
      <Notice kind="care" title={t("signal.off")}>
        <p>{t("join.needs_signal")}</p>
      </Notice>
      <Button icon="arrow-right" after to={room.url("vote")}>
        {t("vote.people")}
      </Button>
      {room.countable && (
        <Button kind="quiet" icon="table-cells" to={room.url("vote", "counts")}>
          {t("vote.type_counts")}
        </Button>
      )}
      <Button kind="quiet" icon="arrow-path" onClick={again}>
        {t("try_again")}
      </Button>
    </>
  );
}

type Page = ComponentType<{ meeting: Meeting }>;

export function ByQr({ meeting }: { meeting: Meeting }) {
  const [page, show] = useState<Page | null>(null);
  const [away, tell] = useState(false);
  const load = async (asked: boolean) => {
    tell(false);
    try {
      const [part] = await Promise.all([import("./by_qr"), learn(`${language()}/vote`)]);
      show(() => part.VoteByQr);
    } catch {
      tell(true);
      // The site answers and yet has no such part: it has a newer app by now, which comes by opening it anew.
      if (asked && (await me().catch(() => null))) location.reload();
    }
  };
  useEffect(() => void load(false), [language()]);
  const Part = page;
  if (Part) return <Part meeting={meeting} />;
  return (
    <Frame meeting={meeting} step="vote" title={t("vote.phones")} tip={false}>
      {away ? <WithoutSignal meeting={meeting} again={() => void load(true)} /> : <p class="soft">{t("opening")}</p>}
    </Frame>
  );
}
