/** A judged part: the picture, the heatmap over it, and the box of the worst place. @module */
import { signal } from "@preact/signals";
import type { Part } from "../api.ts";

/** How strong the heatmap is, the same in all views. */
const strength = signal(0.6);
const boxed = signal(true);

/** The picture with what the model has seen in it. */
export function PartView({ part }: { part: Part }) {
  const { links, verdict, width, height } = part;
  const box = verdict?.box;
  const share = (value: number) => `${100 * value}%`;
  return (
    <figure class="part-view">
      <div class="frame" style={{ "--ratio": `${(width || 1) / (height || 1)}` }}>
        {/* Of another part there is another picture: that of the last one must not stand under this one's verdict. */}
        <img key={part.id} class="picture" src={`${links.judged ?? links.thumbnail}?size=1024`} alt={describe(part)} />
        {links.overlay && (
          <img
            key={links.overlay + (verdict?.at ?? "")}
            class="picture"
            src={`${links.overlay}?size=1024&without=box`}
            alt=""
            style={{ opacity: strength.value }}
          />
        )}
        {box && boxed.value && (
          <span
            class="worst"
            style={{ left: share(box.left), top: share(box.top), width: share(box.width), height: share(box.height) }}
          />
        )}
      </div>
      <figcaption class="row small">
        <label class="row">
          <span>Heatmap</span>
          <input
            type="range"
            style={{ width: "9rem" }}
            min={0}
            max={1}
            step={0.05}
            value={strength.value}
            disabled={!links.overlay}
            onInput={(event) => strength.value = event.currentTarget.valueAsNumber}
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={boxed.value}
            onChange={(event) => boxed.value = event.currentTarget.checked}
          />
          Worst place
        </label>
        <a href={links.picture} target="_blank">Original</a>
      </figcaption>
    </figure>
  );
}

function describe({ name, verdict }: Part): string {
  return verdict ? `${name}: ${verdict.decision}. ${verdict.reason}` : name;
}
