// The few pieces every screen is made of, in the look of the pages.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { FACES, ICONS } from "../made/drawn";
import { drawing } from "../trusted";
import { t } from "../words";

const Drawing = ({ drawn, box, kind, label }: { drawn: string; box: number; kind: string; label?: string }) => (
  <svg
    class={kind}
    viewBox={`0 0 ${box} ${box}`}
    width={box}
    height={box}
    fill="none"
    stroke="currentColor"
    stroke-width={box === 48 ? 2.6 : 1.8}
    stroke-linecap="round"
    stroke-linejoin="round"
    {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
    // Drawn by the house at build time; nothing of it comes from a person.
    dangerouslySetInnerHTML={{ __html: drawing(drawn) }}
  />
);

export const Icon = ({ name, label }: { name: string; label?: string }) => (
  <Drawing drawn={ICONS[name] ?? ""} box={24} kind="icon" label={label} />
);

export const Face = ({ picture, label, size = "" }: { picture: string; label?: string; size?: string }) =>
  FACES[picture] ? <Drawing drawn={FACES[picture]} box={48} kind={`face ${size}`} label={label} /> : <span class="face">{label}</span>;

interface ButtonGiven {
  children: ComponentChildren;
  onClick?: () => void;
  to?: string;
  kind?: "" | "quiet" | "warn";
  icon?: string;
  after?: boolean;
  disabled?: boolean;
  submit?: boolean;
  wide?: boolean;
}

export function Button({ children, onClick, to, kind = "", icon, after, disabled, submit, wide = true }: ButtonGiven) {
  const inside = (
    <>
      {icon && !after && <Icon name={icon} />}
      <span>{children}</span>
      {icon && after && <Icon name={icon} />}
    </>
  );
  const look = `button ${kind} ${wide ? "wide" : ""}`;
  if (to && !disabled) return <a class={look} href={to}>{inside}</a>;
  return (
    <button class={look} type={submit ? "submit" : "button"} disabled={disabled} onClick={onClick}>
      {inside}
    </button>
  );
}

/** What is wrong with a field, said above it. */
export const Fault = ({ children }: { children: ComponentChildren }) => (
  <p class="error" role="alert">
    <Icon name="exclamation-circle" />
    <span>{children}</span>
  </p>
);

interface PickGiven {
  id: string;
  icon: string;
  children: ComponentChildren;
  take: (files: FileList | null) => void;
  accept?: string;
  multiple?: boolean;
}

/** Chooses files by a button that speaks the app's language; the browser's own speaks the phone's. */
export const Pick = ({ id, icon, children, take, ...given }: PickGiven) => (
  <label class="button quiet wide pick">
    <Icon name={icon} />
    <span>{children}</span>
    <input id={id} type="file" {...given} onChange={(event) => take(event.currentTarget.files)} />
  </label>
);

const NOTICES = { good: "check-circle", care: "exclamation-triangle", bad: "exclamation-circle", "": "information-circle" };

export const Notice = ({ kind = "", title, children }: { kind?: keyof typeof NOTICES; title?: string; children?: ComponentChildren }) => (
  <div class={`notice ${kind}`} role={kind === "bad" ? "alert" : "status"}>
    <Icon name={NOTICES[kind]} />
    <div>
      {title && <p><b>{title}</b></p>}
      {children}
    </div>
  </div>
);

/** A heading that takes the focus, so that who listens hears where they are. */
export function Title({ children, hidden }: { children: ComponentChildren; hidden?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Before the screen is painted: later it would take the focus from a field that is already being typed in.
  useLayoutEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  return <h1 ref={heading} tabIndex={-1} class={hidden ? "hide" : ""}>{children}</h1>;
}

let playing: HTMLAudioElement | null = null;

export function hush(): void {
  playing?.pause();
  playing = null;
}

/** A sound slot: plays its recording, or says that there is none yet. */
export function Sound({ url, label, show = true }: { url?: string; label: string; show?: boolean }) {
  const [on, turn] = useState(false);
  const audio = useRef<HTMLAudioElement | null>(null);
  useEffect(() => () => audio.current?.pause(), []);
  if (!url)
    return (
      <span class="sound none">
        <Icon name="speaker-x-mark" label={show ? undefined : t("sound.none")} />
        {show && t("sound.none")}
      </span>
    );
  const play = () => {
    if (on) return hush();
    hush();
    const fresh = new Audio(url);
    audio.current = playing = fresh;
    fresh.onpause = fresh.onended = () => turn(false);
    turn(true);
    fresh.play().catch(() => turn(false));
  };
  return (
    <span class="sound">
      <button type="button" aria-pressed={on} aria-label={`${t("sound.listen")}: ${label}`} onClick={play}>
        <Icon name={on ? "stop" : "speaker-wave"} />
        {show && t("sound.listen")}
      </button>
    </span>
  );
}

export const Choices = ({
  name, legend, hint, options, value, choose,
}: {
  name: string;
  legend: string;
  hint?: string;
  options: { value: string; label: string; hint?: string }[];
  value: string;
  choose: (value: string) => void;
}) => (
  <fieldset class="field">
    <legend>{legend}</legend>
    {hint && <p class="hint">{hint}</p>}
    <div class="choices">
      {options.map((one) => (
        <label key={one.value}>
          <input type="radio" name={name} value={one.value} checked={one.value === value} onChange={() => choose(one.value)} />
          <span>{one.hint ? <><b>{one.label}</b><br />{one.hint}</> : one.label}</span>
        </label>
      ))}
    </div>
  </fieldset>
);

export const Chips = ({
  legend, options, on, toggle, single,
}: {
  legend: string;
  options: { code: string; label: string }[];
  on: string[];
  toggle: (code: string) => void;
  single?: string;
}) => (
  <fieldset class="field">
    <legend>{legend}</legend>
    <div class="chips">
      {options.map((one) => (
        <label key={one.code}>
          <input
            type={single ? "radio" : "checkbox"}
            name={single}
            checked={on.includes(one.code)}
            onChange={() => toggle(one.code)}
          />
          {one.label}
        </label>
      ))}
    </div>
  </fieldset>
);

/** Drawn inside everything of a demonstration, so that no picture of a screen can mislead. */
export const SampleBand = () => (
  <aside class="sample-band" aria-label={t("sample.word")}>
    <div class="wrap"><Icon name="exclamation-triangle" /><p>{t("sample.band")}</p></div>
  </aside>
);

export const SampleMark = () => (
  <svg class="sample-mark" aria-hidden="true">
    <defs>
      <pattern id="sample-mark" width="250" height="136" patternUnits="userSpaceOnUse" patternTransform="rotate(-24)">
        <text x="4" y="38">SAMPLE</text><text x="112" y="38">គំរូ</text><text x="66" y="106">គំរូ</text><text x="124" y="106">SAMPLE</text>
      </pattern>
    </defs>
    <rect width="100%" height="100%" fill="url(#sample-mark)" />
  </svg>
);

/** Says in words what went wrong on this phone or on the way. */
export const Failure = ({ error }: { error: string }) => (error ? <Notice kind="bad"><p>{error}</p></Notice> : null);
