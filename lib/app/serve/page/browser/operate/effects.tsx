/** What the thresholds do, in figures with their intervals. @module */
import type { Share } from "../api.ts";
import { interval, money, percent } from "../kit/words.ts";
import type { OperatingPoint } from "../../../../../method/evaluate/operating_point.ts";
import type { Bill, Costs } from "./figures.ts";

interface EffectsProps {
  readonly effect: OperatingPoint;
  /** Of the thresholds that are in use, where others are chosen. */
  readonly before?: OperatingPoint;
  readonly bill: Bill;
  readonly costs: Costs;
  /** There are two thresholds. */
  readonly banded: boolean;
}

export function Effects({ effect, before, bill, costs, banded }: EffectsProps) {
  const band = effect.looked !== null && banded;
  return (
    <section class="card" aria-label="What that does" aria-live="polite">
      <div class="figures">
        <Figure
          title={band ? "Bad parts caught or looked at" : "Bad parts caught"}
          share={effect.recall}
          before={before?.recall}
          few="no bad part is held out"
        />
        <Figure
          title="Good parts called bad"
          share={effect.alarms}
          before={before?.alarms}
          few="no good part is held out"
        />
        {band && (
          <Figure
            title="Good parts to be looked at"
            share={effect.looked}
            before={before?.looked}
            few="no good part is held out"
          />
        )}
        <div class="figure">
          <span>Cost of 1,000 parts</span>
          <b>{money(bill.money)}</b>
          {bill.interval && (
            <span class="number">of parts to come {money(bill.interval.low)} to {money(bill.interval.high)}</span>
          )}
          <span>
            {bill.misses.toFixed(1)} missed, {bill.alarms.toFixed(1)} false alarms
            {band && `, ${bill.looks.toFixed(1)} looks`}
          </span>
        </div>
        <div class="figure">
          <span>False alarms a shift</span>
          <b>
            {bill.alarmsPerShift.toLocaleString("en", { maximumFractionDigits: bill.alarmsPerShift < 10 ? 1 : 0 })}
          </b>
          <span>
            of {costs.partsPerShift.toLocaleString("en")} parts
            {band && `; ${bill.looksPerShift.toFixed(0)} to look at`}
          </span>
        </div>
      </div>
    </section>
  );
}

function Figure(
  { title, share, before, few }: { title: string; share: Share | null; before?: Share | null; few: string },
) {
  if (!share) {
    return (
      <div class="figure">
        <span>{title}</span>
        <b>–</b>
        <span>{few}</span>
      </div>
    );
  }
  return (
    <div class="figure">
      <span>{title}</span>
      <b>{percent(share.rate)}</b>
      <span class="number">
        {share.count} of {share.parts}; of parts to come {interval(share)}
        {before && before.count !== share.count && `; was ${percent(before.rate)}`}
      </span>
    </div>
  );
}
