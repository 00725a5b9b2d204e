/** How far the parts of now are from the good training parts, segment by segment, without labels. @module */
import type { Drift } from "../api.ts";
import { percent } from "../kit/words.ts";

const DIRECTIONS: Readonly<Record<Drift["alarms"][number]["direction"], string>> = {
  higher: "higher",
  lower: "lower",
  spread: "more spread out",
};
/** From here on a population is said to have moved a little, and much (Siddiqi 2006). */
const [MOVED, MUCH] = [0.1, 0.25];
const LISTED = 12;

export function DriftTable({ drift, problem }: { drift?: Drift; problem?: string }) {
  return (
    <section class="card">
      <h2>Drift by segment</h2>
      {problem && <p class="note">{problem}</p>}
      {drift && <Found drift={drift} />}
    </section>
  );
}

function Found({ drift }: { drift: Drift }) {
  const { parts, needed, alarms, psi, tests, falseAlarms } = drift;
  if (parts < needed) {
    return <p class="note">{parts} of {needed} parts that it takes to compare with the good training parts.</p>;
  }
  const most = psi.toSorted((a, b) => b.psi - a.psi).slice(0, LISTED);
  return (
    <div class="stack">
      <p class={alarms.length > 0 ? "note bad" : "note good"}>
        {alarms.length > 0
          ? `${alarms.length} of ${tests} statistics have moved.`
          : `None of ${tests} statistics has moved.`} Where nothing moves, an alarm is given in at most{" "}
        {percent(falseAlarms, 0)} of looks.
      </p>
      {alarms.length > 0 && (
        <ul>
          {alarms.map(({ segment, detector, statistic, direction, usual, now }) => (
            <li key={[segment, detector, statistic].join()}>
              {segment ?? "the whole picture"}: {[detector, statistic].filter(Boolean).join(" ")} is{" "}
              {DIRECTIONS[direction]}, {short(now)} where good parts have {short(usual)}
            </li>
          ))}
        </ul>
      )}
      <div class="scroll">
        <table>
          <caption>Population stability index, the furthest first</caption>
          <thead>
            <tr>
              <th scope="col">Statistic</th>
              <th scope="col">Index</th>
              <th scope="col" class="text">Moved</th>
            </tr>
          </thead>
          <tbody>
            {most.map(({ column, psi: index }) => (
              <tr key={column}>
                <th scope="row">{column.replaceAll(".", " · ")}</th>
                <td>{index.toFixed(2)}</td>
                <td class="text">{index >= MUCH ? "much" : index >= MOVED ? "a little" : "no"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
