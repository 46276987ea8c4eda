// An ordered list that a finger drags; the arrows beside each row do the same for everybody else.
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

export function Dragged({
  order, moved, label, children,
}: {
  order: string[];
  moved: (order: string[]) => void;
  label: (code: string) => string;
  children: (code: string, index: number) => ComponentChildren;
}) {
  const list = useRef<HTMLOListElement>(null);
  const [held, hold] = useState<{ code: string; order: string[] } | null>(null);
  const shown = held?.order ?? order;
  const over = (y: number): number => {
    const rows = [...(list.current?.children ?? [])].map((row) => row.getBoundingClientRect());
    const at = rows.findIndex((box) => y < box.top + box.height / 2);
    return at < 0 ? rows.length - 1 : at;
  };
  const start = (code: string) => (event: PointerEvent) => {
    if ((event.target as HTMLElement).closest("button")) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    hold({ code, order });
  };
  const move = (event: PointerEvent) => {
    if (!held) return;
    const without = held.order.filter((one) => one !== held.code);
    without.splice(over(event.clientY), 0, held.code);
    if (without.join() !== held.order.join()) hold({ ...held, order: without });
  };
  const end = () => {
    if (held && held.order.join() !== order.join()) moved(held.order);
    hold(null);
  };
  return (
    <ol class="things" ref={list}>
      {shown.map((code, index) => (
        <li
          key={code} class={held?.code === code ? "on held" : "on"} data-code={code}
          onPointerDown={start(code)} onPointerMove={move} onPointerUp={end} onPointerCancel={() => hold(null)}
        >
          <div><b>{index + 1}.</b> {label(code)}</div>
          {children(code, index)}
        </li>
      ))}
    </ol>
  );
}
