/** What a miss and a false alarm cost, and the threshold that costs least. @module */
import { useState } from "preact/hooks";
import type { Proposal } from "../api.ts";
import type { Costs } from "./figures.ts";

interface CostCardProps {
  readonly costs: Costs;
  readonly onCosts: (costs: Costs) => void;
  readonly onCheapest: (wish: unknown) => Promise<Proposal | undefined>;
}

const FIELDS: readonly (readonly [keyof Costs, string, number])[] = [
  ["miss", "A bad part is missed", Infinity],
  ["alarm", "A good part is called bad", Infinity],
  ["look", "A person looks at a part", Infinity],
  ["badPerThousand", "Bad parts in 1,000", 1000],
  ["partsPerShift", "Parts a shift", Infinity],
];

export function CostCard({ costs, onCosts, onCheapest }: CostCardProps) {
  const [sentence, setSentence] = useState<string>();
  const find = async (event: Event) => {
    event.preventDefault();
    const { miss, alarm, badPerThousand } = costs;
    const found = await onCheapest({ kind: "cost", miss, alarm, badShare: badPerThousand / 1000 });
    setSentence(found?.sentence);
  };
  return (
    <form class="card stack" onSubmit={find}>
      <h2>By cost</h2>
      <div class="fields">
        {FIELDS.map(([key, title, most]) => (
          <label key={key} class="field">
            <span>{title}</span>
            <input
              type="number"
              min={0}
              max={Number.isFinite(most) ? most : undefined}
              step="any"
              required
              value={costs[key]}
              onInput={(event) => {
                const value = event.currentTarget.valueAsNumber;
                if (value >= 0 && value <= most) onCosts({ ...costs, [key]: value });
              }}
            />
          </label>
        ))}
      </div>
      {sentence && <p class="note">{sentence}</p>}
      <div class="row end">
        <button type="submit">Cheapest threshold</button>
      </div>
    </form>
  );
}
