/** Judged parts in a list. @module */
import { useEffect, useRef } from "preact/hooks";
import type { Part } from "../api.ts";
import { Chip } from "../kit/chip.tsx";
import { score, time } from "../kit/words.ts";

interface PartListProps {
  readonly parts: readonly Part[];
  readonly current?: number;
  readonly onChoose: (id: number) => void;
}

export function PartList({ parts, current, onChoose }: PartListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    <div class="list" ref={list}>
      <ol>
        {parts.map((part) => <Row key={part.id} part={part} current={part.id === current} onChoose={onChoose} />)}
      </ol>
    </div>
  );
}

function Row({ part, current, onChoose }: { part: Part; current: boolean; onChoose: (id: number) => void }) {
  return (
    <li>
      <button type="button" aria-current={current} onClick={() => onChoose(part.id)}>
        <img src={`${part.links.thumbnail}?size=96`} alt="" loading="lazy" />
        <span>
          <b>{part.name}</b>
          <span class="soft small number">
            {part.verdict ? `${score(part.verdict.score)} · ${time(part.verdict.at)}` : "not judged yet"}
            {part.label && <small>a person says {part.label}</small>}
          </span>
        </span>
        {part.verdict && <Chip decision={part.verdict.decision} />}
      </button>
    </li>
  );
}
