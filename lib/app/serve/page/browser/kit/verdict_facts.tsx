/** Why a part was decided so: the sentence for the operator, the statistics on demand. @module */
import type { Part, Verdict } from "../api.ts";
import { Chip, toneOf } from "./chip.tsx";
import { versionNumber } from "./version_numbers.ts";
import { percent, score, signed, statisticWords, time } from "./words.ts";

export function VerdictFacts({ part }: { part: Part }) {
  const { verdict } = part;
  if (!verdict) return <p class="soft">{part.name} has not been judged.</p>;
  return (
    <div class="stack">
      <div class={`note ${toneOf(verdict.decision)}`}>
        <div class="row apart">
          <Chip decision={verdict.decision} />
          <span class="number">
            score {score(verdict.score)}, {verdict.review !== null && verdict.review < verdict.threshold
              ? `look from ${score(verdict.review)}, bad from ${score(verdict.threshold)}`
              : `bad from ${score(verdict.threshold)}`}
          </span>
        </div>
        <p class="reason">{verdict.error ?? verdict.reason}</p>
      </div>
      <p class="soft small">
        {part.name}, {time(verdict.at)}, by version {versionNumber(verdict.version)} in{" "}
        {Math.round(verdict.milliseconds)} ms
        {part.label && `; a person says ${part.label}`}
      </p>
      {verdict.segments.length > 0 && <Statistics verdict={verdict} />}
    </div>
  );
}

function Statistics({ verdict }: { verdict: Verdict }) {
  const most = Math.max(...verdict.segments.map(({ contribution }) => Math.abs(contribution)), 1e-9);
  return (
    <details>
      <summary>The statistics behind it</summary>
      {verdict.statistics && <p class="small">{verdict.statistics}</p>}
      <div class="scroll">
        <table>
          <caption>How far each segment moves the score, in log-odds; to the right is towards bad</caption>
          <thead>
            <tr>
              <th scope="col">Segment</th>
              <th scope="col" colSpan={2}>Adds</th>
              <th scope="col" class="text">Most by</th>
            </tr>
          </thead>
          <tbody>
            {verdict.segments.map(({ name, contribution, worst }) => (
              <tr key={name ?? ""}>
                <th scope="row">{name ?? "the whole picture"}</th>
                <td>{signed(contribution)}</td>
                <td>
                  <span class="lean">
                    <i
                      class={contribution > 0 ? "bad" : "good"}
                      style={{
                        width: `${50 * Math.abs(contribution) / most}%`,
                        [contribution > 0 ? "left" : "right"]: "50%",
                      }}
                    />
                  </span>
                </td>
                <td class="text">
                  {worst ? describeWorst(worst) : "–"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function describeWorst({ detector, statistic, share }: NonNullable<Verdict["segments"][number]["worst"]>): string {
  const words = statisticWords(detector, statistic);
  return share === undefined ? words : `${words}, beyond ${percent(share, 0)} of good parts`;
}
