/** A share of bad parts that is promised to be caught, or of good ones that is not exceeded. @module */
import { useState } from "preact/hooks";
import type { Proposal } from "../api.ts";

export function PromiseCard({ onPropose }: { onPropose: (wish: unknown) => Promise<Proposal | undefined> }) {
  const [recall, setRecall] = useState(95);
  const [confidence, setConfidence] = useState(95);
  const [alarms, setAlarms] = useState(1);
  const [found, setFound] = useState<Proposal>();
  const promise = async (event: Event) => {
    event.preventDefault();
    setFound(await onPropose({ kind: "recall", recall: recall / 100, confidence: confidence / 100 }));
  };
  const limit = async (event: Event) => {
    event.preventDefault();
    setFound(await onPropose({ kind: "alarms", rate: alarms / 100 }));
  };
  return (
    <section class="card stack">
      <h2>By a promise</h2>
      <form class="promise" onSubmit={promise}>
        <PercentInput label="Bad parts caught, %" value={recall} onValue={setRecall} />
        <PercentInput label="How sure, %" value={confidence} onValue={setConfidence} />
        <button type="submit">Promise</button>
      </form>
      <form class="promise" onSubmit={limit}>
        <PercentInput label="Good called bad, %" value={alarms} onValue={setAlarms} />
        <span />
        <button type="submit">Limit</button>
      </form>
      {found && <p class={`note ${found.missing ? "review" : "good"}`} role="status">{found.sentence}</p>}
    </section>
  );
}

function PercentInput(
  { label, value, onValue }: { label: string; value: number; onValue: (value: number) => void },
) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        min={0.1}
        max={99.9}
        step={0.1}
        required
        value={value}
        onInput={(event) => onValue(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
