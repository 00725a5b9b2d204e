/** One training picture, large, with its label. @module */
import type { Label, Part } from "../api.ts";
import { time } from "../kit/words.ts";

interface PictureCardProps {
  readonly part: Part;
  /** How many pictures a label is for, where more than one are chosen. */
  readonly several: number;
  readonly onLabel: (label: Label | null) => void;
  readonly onRemove: () => void;
}

export function PictureCard({ part, several, onLabel, onRemove }: PictureCardProps) {
  return (
    <section class="card stack" aria-label="Picture">
      <div class="viewer">
        <img src={`${part.links.thumbnail}?size=640`} alt={part.name} />
      </div>
      <div class="row">
        {several > 1 && <span>{several} pictures are</span>}
        <div class="segmented" role="group" aria-label="Label">
          <button type="button" aria-pressed={part.label === "good"} onClick={() => onLabel("good")}>Good</button>
          <button type="button" aria-pressed={part.label === "bad"} onClick={() => onLabel("bad")}>Bad</button>
          <button type="button" aria-pressed={part.label === null} onClick={() => onLabel(null)}>Neither</button>
        </div>
      </div>
      <dl class="facts small">
        <dt>Name</dt>
        <dd>{part.name}</dd>
        <dt>Size</dt>
        <dd>{part.width} × {part.height}</dd>
        {part.kind && (
          <>
            <dt>Kind</dt>
            <dd>{part.kind}</dd>
          </>
        )}
        <dt>Labelled</dt>
        <dd>
          {part.labelled ? `${time(part.labelled.at)}${part.labelled.by ? ` by ${part.labelled.by}` : ""}` : "no"}
        </dd>
      </dl>
      <div class="row end">
        <button type="button" class="bare small" onClick={onRemove}>Remove from the project</button>
      </div>
    </section>
  );
}
