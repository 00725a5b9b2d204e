/** What a version reached: the table of the report, and plainly whether it is better than its best detector. @module */
import type { Results, Version } from "../api.ts";
import { ask } from "../kit/request.ts";
import { attempt, say } from "../kit/toast.tsx";
import { asSentence, count, date, percent } from "../kit/words.ts";
import { by } from "../person.ts";
import { linkTo } from "../route.ts";

export function ResultCard({ version, project }: { version: Version; project: string }) {
  const { results, without, mapWorth } = version;
  return (
    <section class="card stack" aria-label={`Version ${version.number}`}>
      <header class="row apart">
        <h2>
          Version {version.number}, {version.segments ? "with the segment map" : "without a segment map"}
        </h2>
        <span class={`chip ${version.state === "active" ? "good" : "none"}`}>{STATES[version.state]}</span>
      </header>
      {results && without
        ? (
          <div class="columns even">
            <ResultTable results={results} title="With the segment map" />
            <ResultTable results={without} title="Without it" />
          </div>
        )
        : results && <ResultTable results={results} />}
      {mapWorth && <p>{mapWorth}</p>}
      {version.swapped && <p class="note review">{version.swapped}</p>}
      <p>{asSentence(version.description)}</p>
      <dl class="facts small">
        <dt>Made</dt>
        <dd>{date(version.created)}</dd>
        {version.parts && (
          <>
            <dt>From</dt>
            <dd>{count(version.parts.good, "good part")}, {count(version.parts.bad, "bad one")}</dd>
          </>
        )}
      </dl>
      {version.notes && version.notes.length > 0 && (
        <details>
          <summary>What is odd about the pictures</summary>
          <ul>{version.notes.map((line) => <li key={line}>{line}</li>)}</ul>
        </details>
      )}
      {version.advice.length > 0 && (
        <>
          <h3>What would help most</h3>
          <ul>{version.advice.map((line) => <li key={line}>{line}</li>)}</ul>
        </>
      )}
      <div class="row end">
        {version.links.report && <a class="button" href={version.links.report} target="_blank">Whole report</a>}
        {version.state === "active"
          ? <a class="button" href={linkTo(project, "operate")}>Operating point</a>
          : version.state === "candidate" && (
            <button
              type="button"
              class="main"
              onClick={async () => {
                const done = await attempt(() => ask("POST", `/v1/versions/${version.id}/accept`, by()));
                if (done) say(`Version ${version.number} judges from now on`);
              }}
            >
              Use this version
            </button>
          )}
      </div>
    </section>
  );
}

function ResultTable({ results, title }: { results: Results; title?: string }) {
  const { rows, better, sentence } = results;
  return (
    <div class="stack">
      {title && <h3>{title}</h3>}
      <div class={`note ${better === true ? "good" : better === false ? "review" : ""}`}>
        {better !== null && (
          <p>
            <b>
              {better
                ? "Better here than the best detector alone."
                : "Not better here than the best detector alone, as far as these parts can tell."}
            </b>
          </p>
        )}
        <p>{sentence}</p>
      </div>
      <div class="scroll">
        <table>
          <caption>
            Share of pairs of a good and a bad part that are put in the right order (AUROC), parts no model saw
          </caption>
          <thead>
            <tr>
              <th scope="col">Method</th>
              <th scope="col">AUROC</th>
              <th scope="col">95 % interval</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ method, auroc, low, high, detector, chosen }) => (
              <tr key={method} class={chosen ? "best" : undefined}>
                <th scope="row">
                  {method}
                  {chosen ? " (the model)" : detector ? ", a detector alone" : ""}
                </th>
                <td>{percent(auroc)}</td>
                <td class="soft">{low === null || high === null ? "–" : `${percent(low)} – ${percent(high)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** What the states of a version are called. */
export const STATES: Readonly<Record<Version["state"], string>> = {
  candidate: "waits for a decision",
  active: "in use",
  accepted: "was in use",
  discarded: "discarded",
};
