// One screen of the app; of a demonstration it says so, above and across everything.
import type { ComponentChildren } from "preact";
import { SampleBand, SampleMark } from "./parts";

export const Screen = ({ children, sample, step }: { children: ComponentChildren; sample?: boolean; step?: string }) => (
  <>
    {sample && <SampleBand />}
    <main id={step ? "room" : undefined} data-step={step}>
      <div class="wrap stack">{children}</div>
      {sample && <SampleMark />}
    </main>
  </>
);
