/** Pictures in a grid: chosen and labelled by mouse or keys. @module */
import { useEffect, useRef } from "preact/hooks";
import type { Label, Part } from "../api.ts";

interface GalleryProps {
  readonly parts: readonly Part[];
  readonly current?: number;
  /** More than one, where several are chosen. */
  readonly chosen: ReadonlySet<number>;
  readonly onMove: (id: number, chosen: ReadonlySet<number>) => void;
  readonly onLabel: (label: Label | null) => void;
}

export function Gallery({ parts, current, chosen, onMove, onLabel }: GalleryProps) {
  const list = useRef<HTMLDivElement>(null);
  const anchor = useRef<number | undefined>(undefined);
  useEffect(() => {
    list.current?.querySelector(`#part-${current}`)?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const moveTo = (index: number, extend: boolean) => {
    const part = parts[Math.min(parts.length - 1, Math.max(0, index))];
    if (!part) return;
    if (!extend || anchor.current === undefined) anchor.current = extend ? current ?? part.id : part.id;
    const from = parts.findIndex(({ id }) => id === anchor.current);
    const to = parts.indexOf(part);
    const range = extend ? parts.slice(Math.min(from, to), Math.max(from, to) + 1) : [];
    onMove(part.id, new Set(range.map(({ id }) => id)));
  };
  const perRow = () => {
    const tiles = [...list.current?.children ?? []] as HTMLElement[];
    const second = tiles.findIndex((tile) => tile.offsetTop > tiles[0].offsetTop);
    return second < 0 ? tiles.length : second;
  };
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = Math.max(0, parts.findIndex(({ id }) => id === current));
    const acts: Record<string, () => void> = {
      ArrowRight: () => moveTo(at + 1, event.shiftKey),
      ArrowLeft: () => moveTo(at - 1, event.shiftKey),
      ArrowDown: () => moveTo(at + perRow(), event.shiftKey),
      ArrowUp: () => moveTo(at - perRow(), event.shiftKey),
      Home: () => moveTo(0, event.shiftKey),
      End: () => moveTo(parts.length - 1, event.shiftKey),
      g: () => onLabel("good"),
      b: () => onLabel("bad"),
      u: () => onLabel(null),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  return (
    <div
      class="gallery"
      ref={list}
      role="listbox"
      aria-multiselectable="true"
      aria-label="Pictures"
      aria-activedescendant={current === undefined ? undefined : `part-${current}`}
      tabIndex={0}
      onKeyDown={press}
    >
      {parts.map((part, index) => (
        <div
          key={part.id}
          id={`part-${part.id}`}
          class="tile"
          role="option"
          aria-selected={part.id === current || chosen.has(part.id)}
          aria-label={`${part.name}, ${part.label ?? "no label"}`}
          title={part.name}
          onClick={(event) => {
            list.current?.focus();
            moveTo(index, event.shiftKey);
          }}
        >
          <img src={`${part.links.thumbnail}?size=160`} alt="" loading="lazy" decoding="async" />
          {part.label && <span class={`mark chip ${part.label}`}>{part.label}</span>}
          <span class="name">{part.name}</span>
        </div>
      ))}
    </div>
  );
}
