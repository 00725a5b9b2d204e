/** How far the parts of now are from the good training parts, segment by segment, without labels. @module */
import type { Drift } from "../api.ts";
import { count, percent, statisticWords } from "../kit/words.ts";

const DIRECTIONS: Readonly<Record<Drift["alarms"][number]["direction"], string>> = {
  higher: "higher",
  lower: "lower",
  spread: "more spread out",
};
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
  const { parts, good, needed, alarms, tests, falseAlarms } = drift;
  if (parts < needed) {
    return (
      <p class="note">
        The version in use has judged {count(parts, "part")}: {needed}{" "}
        are needed to compare them with the good training parts.
      </p>
    );
  }
  return (
    <div class="stack">
      <p class={alarms.length > 0 ? "note bad" : "note good"}>
        {alarms.length > 0
          ? `${alarms.length} of ${tests} statistics of the last ${parts} parts are not as in the ${good} good training parts.`
          : `None of ${tests} statistics of the last ${parts} parts has moved from the ${good} good training parts.`}
        {" "}
        Where nothing has changed, at most {percent(falseAlarms, 0)} of looks raise an alarm.
      </p>
      {alarms.length > 0 && (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Segment</th>
                <th scope="col" class="text">Statistic</th>
                <th scope="col" class="text">Is</th>
                <th scope="col">Now</th>
                <th scope="col">Usual</th>
                <th scope="col">Index</th>
              </tr>
            </thead>
            <tbody>
              {alarms.map(({ segment, detector, statistic, direction, usual, now, psi }) => (
                <tr key={[segment, detector, statistic].join()}>
                  <th scope="row">{(segment ?? "the whole picture").replaceAll("_", " ")}</th>
                  <td class="text">{statisticWords(detector, statistic)}</td>
                  <td class="text">{DIRECTIONS[direction]}</td>
                  <td>{short(now)}</td>
                  <td>{short(usual)}</td>
                  <td>{psi.toFixed(2)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="soft small">
            Index: the population stability index; from 0.1 on a change matters, from 0.25 on it is large.
          </p>
        </div>
      )}
    </div>
  );
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toString().replace("-", "−");
}
