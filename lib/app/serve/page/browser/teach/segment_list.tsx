/** The segments of a map: names, colours, how much each one has. @module */
import type { Segment } from "../paint/legend.ts";
import { UNPAINTED } from "../paint/legend.ts";
import { percent } from "../kit/words.ts";

interface SegmentListProps {
  readonly segments: readonly Segment[];
  /** Pixels of each value. */
  readonly counts: Uint32Array;
  readonly total: number;
  /** What is painted with. */
  readonly value: number;
  readonly onChoose: (value: number) => void;
  readonly onChange: (segment: Segment) => void;
  readonly onAdd: () => void;
  readonly onRemove: (segment: Segment) => void;
}

export function SegmentList(props: SegmentListProps) {
  const { segments, counts, total, value, onChoose, onChange, onAdd, onRemove } = props;
  return (
    <div class="card stack">
      <header class="row apart">
        <h2>Segments</h2>
        <button type="button" onClick={onAdd}>Add</button>
      </header>
      <div class="segments" role="radiogroup" aria-label="Painted with">
        {segments.map((segment, i) => (
          <div key={segment.value} class={segment.value === value ? "segment chosen" : "segment"}>
            <input
              type="radio"
              name="segment"
              aria-label={`Paint with ${segment.name}`}
              title={i < 9 ? `Key ${i + 1}` : undefined}
              checked={segment.value === value}
              onChange={() =>
                onChoose(segment.value)}
            />
            <input
              type="color"
              aria-label={`Colour of ${segment.name}`}
              value={segment.colour}
              onInput={(event) =>
                onChange({ ...segment, colour: event.currentTarget.value })}
            />
            <input
              aria-label={`Name of segment ${i + 1}`}
              spellcheck={false}
              value={segment.name}
              onFocus={() => onChoose(segment.value)}
              onInput={(event) => onChange({ ...segment, name: event.currentTarget.value.replaceAll(/[ -]/g, "_") })}
            />
            <span class="soft small number">{percent(counts[segment.value] / total, 0)}</span>
            {segment.value === value && (
              <span class="more">
                <label title="A date code or a label, which differs from part to part">
                  <input
                    type="checkbox"
                    checked={segment.ignored}
                    onChange={() => onChange({ ...segment, ignored: !segment.ignored })}
                  />
                  ignored
                </label>
                <button
                  type="button"
                  class="bare"
                  aria-label={`Remove ${segment.name}`}
                  onClick={() => onRemove(segment)}
                >
                  Remove
                </button>
              </span>
            )}
          </div>
        ))}
        <label class={value === UNPAINTED ? "row segment chosen" : "row segment"}>
          <input type="radio" name="segment" checked={value === UNPAINTED} onChange={() => onChoose(UNPAINTED)} />
          Eraser <kbd aria-hidden="true">0</kbd>
        </label>
      </div>
    </div>
  );
}
