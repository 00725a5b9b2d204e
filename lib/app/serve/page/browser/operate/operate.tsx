/** The operating point: thresholds by hand, by cost or by a promise. @module */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { OperatingHistory, OperatingPoint, Proposal, ViewProps } from "../api.ts";
import { ask } from "../kit/request.ts";
import { useResource } from "../kit/resource.ts";
import { attempt, say } from "../kit/toast.tsx";
import { score, time } from "../kit/words.ts";
import { by } from "../person.ts";
import { linkTo } from "../route.ts";
import { CostCard } from "./cost_card.tsx";
import { Effects } from "./effects.tsx";
import { billOf, type Costs, effectOf, rangeOf, type Thresholds } from "./figures.ts";
import { PromiseCard } from "./promise_card.tsx";
import { ScoreCharts } from "./score_charts.tsx";

const COSTS_KEY = "segad.costs";
const FIRST: Costs = { miss: 100, alarm: 2, look: 0.5, badPerThousand: 10, partsPerShift: 5000 };

export function Operate({ project }: ViewProps) {
  const base = `/v1/projects/${project.name}/operating-point`;
  const point = useResource<OperatingPoint>(project.version === null ? undefined : base, ["operating", "version"]);
  if (project.version === null) {
    return (
      <section class="card empty">
        <h1>Operating point</h1>
        <p>There is no model yet, so there is nothing to decide by.</p>
        <a class="button" href={linkTo(project.name, "teach", "train")}>Train one</a>
      </section>
    );
  }
  if (point.error) return <p class="card note review" role="alert">{point.error.message}</p>;
  if (!point.data) return <p class="card empty" aria-busy="true">Loading the scores …</p>;
  return <Desk key={project.version} base={base} point={point.data} onSaved={point.reload} />;
}

function Desk({ base, point, onSaved }: { base: string; point: OperatingPoint; onSaved: () => void }) {
  const [chosen, setChosen] = useState<Thresholds>(point.current);
  const [costs, setCosts] = useState<Costs>(readCosts);
  const history = useResource<OperatingHistory>(`${base}/history`, ["operating"]);
  const scores = useMemo(
    () => ({ good: Float64Array.from(point.good).sort(), bad: Float64Array.from(point.bad).sort() }),
    [point],
  );
  const { low, high } = useMemo(() => rangeOf(scores), [scores]);
  useEffect(() => localStorage.setItem(COSTS_KEY, JSON.stringify(costs)), [costs]);
  const effect = useMemo(() => effectOf(scores, chosen), [scores, chosen]);
  const before = useMemo(() => effectOf(scores, point.current), [scores]);
  const changed = chosen.threshold !== point.current.threshold || chosen.review !== point.current.review;

  const setThreshold = (threshold: number) => {
    if (!Number.isFinite(threshold)) return;
    setChosen({ threshold, review: chosen.review === null ? null : Math.min(chosen.review, threshold) });
  };
  const setReview = (review: number) => {
    if (!Number.isFinite(review)) return;
    setChosen({ threshold: Math.max(chosen.threshold, review), review });
  };
  const propose = async (wish: unknown): Promise<Proposal | undefined> => {
    let found: Proposal | undefined;
    await attempt(async () => {
      found = await ask<Proposal>("POST", `${base}/propose`, wish);
      setChosen({ threshold: found.threshold, review: found.review ?? null });
    });
    return found;
  };
  const save = async () => {
    if (!await attempt(() => ask("PUT", base, { ...chosen, ...by() }))) return;
    say("Saved: the next parts are decided so");
    onSaved();
  };
  const step = (high - low) / 1000;
  return (
    <>
      <div class="head">
        <h1>Operating point</h1>
        <p class="soft">
          {point.method}, on {point.good.length} good and {point.bad.length} bad parts that no model saw
        </p>
      </div>
      <div class="columns">
        <div class="stack">
          <section class="card stack" aria-label="Thresholds">
            <ScoreCharts point={scores} chosen={chosen} />
            <ThresholdSlider
              label={chosen.review === null ? "Threshold: bad from here on" : "Bad from here on"}
              low={low}
              high={high}
              step={step}
              value={chosen.threshold}
              onValue={setThreshold}
            />
            {chosen.review !== null && (
              <ThresholdSlider
                label="To be looked at from here on"
                low={low}
                high={high}
                step={step}
                value={chosen.review}
                onValue={setReview}
              />
            )}
            <div class="row apart">
              <label>
                <input
                  type="checkbox"
                  checked={chosen.review !== null}
                  onChange={(event) =>
                    setChosen({ ...chosen, review: event.currentTarget.checked ? chosen.threshold - 40 * step : null })}
                />
                Two thresholds, and a person looks at what lies between
              </label>
              <div class="row">
                <button type="button" disabled={!changed} onClick={() => setChosen(point.current)}>Back</button>
                <button type="button" class="main" disabled={!changed} onClick={save}>
                  {changed ? "Save" : "Saved"}
                </button>
              </div>
            </div>
          </section>
          <Effects
            effect={effect}
            before={changed ? before : undefined}
            bill={billOf(effect, costs)}
            costs={costs}
            banded={chosen.review !== null}
          />
        </div>
        <div class="stack">
          <CostCard costs={costs} onCosts={setCosts} onCheapest={propose} />
          <PromiseCard onPropose={propose} />
          <History history={history.data?.changes ?? []} />
        </div>
      </div>
    </>
  );
}

function readCosts(): Costs {
  try {
    return { ...FIRST, ...JSON.parse(localStorage.getItem(COSTS_KEY) ?? "{}") };
  } catch {
    return FIRST;
  }
}

function ThresholdSlider(
  { label, low, high, step, value, onValue }: {
    label: string;
    low: number;
    high: number;
    step: number;
    value: number;
    onValue: (value: number) => void;
  },
) {
  return (
    <div class="threshold">
      <label class="row">
        <span class="soft">{label}</span>
        <input
          type="number"
          step="any"
          value={Number(value.toPrecision(6))}
          onChange={(event) => onValue(event.currentTarget.valueAsNumber)}
        />
      </label>
      <input
        type="range"
        aria-label={label}
        min={low}
        max={high}
        step={step}
        value={value}
        aria-valuetext={score(value)}
        onInput={(event) => onValue(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}

function History({ history }: { history: OperatingHistory["changes"] }) {
  if (history.length === 0) return null;
  return (
    <section class="card">
      <h2>Decided before</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Bad from</th>
            <th scope="col">Look from</th>
            <th scope="col" class="text">By</th>
          </tr>
        </thead>
        <tbody>
          {history.slice(0, 12).map(({ at, by, threshold, review }) => (
            <tr key={at}>
              <th scope="row">{time(at)}</th>
              <td>{score(threshold)}</td>
              <td>{score(review)}</td>
              <td class="text">{by || "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
