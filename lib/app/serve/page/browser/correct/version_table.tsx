/** Every version with who decided what, and the way back. @module */
import type { Project, Version, Versions } from "../api.ts";
import { ask } from "../kit/request.ts";
import { useResource } from "../kit/resource.ts";
import { attempt, say } from "../kit/toast.tsx";
import { versionNumber } from "../kit/version_numbers.ts";
import { percent, score, time } from "../kit/words.ts";
import { by } from "../person.ts";
import { STATES } from "../teach/result_card.tsx";

const KINDS: Readonly<Record<Version["kind"], string>> = {
  run: "from a run",
  train: "trained",
  learn: "learned from corrections",
};

export function VersionTable({ project }: { project: Project }) {
  const found = useResource<Versions>(`/v1/projects/${project.name}/versions`, ["version", "operating"]);
  const versions = (found.data?.versions ?? []).toSorted((a, b) => b.number - a.number);
  const active = versions.find(({ state }) => state === "active");
  const goBack = async (version?: Version) => {
    const done = await attempt(() =>
      ask("POST", `/v1/projects/${project.name}/rollback`, { ...version && { to: version.id }, ...by() })
    );
    if (done) say(version ? `Version ${version.number} is in use again` : "The version before is in use again");
  };
  const before = versions.some(({ state }) => state === "accepted");
  return (
    <section class="card">
      <header>
        <h2>Versions of the model</h2>
        <button type="button" disabled={!before} onClick={() => goBack()}>Roll back to the one before</button>
      </header>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col" class="text">State</th>
              <th scope="col" class="text">Made</th>
              <th scope="col">Good</th>
              <th scope="col">Bad</th>
              <th scope="col">AUROC</th>
              <th scope="col">Bad from</th>
              <th scope="col" class="text">Decided</th>
              <th scope="col">
                <span class="hidden-words">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map((version) => (
              <tr key={version.id} class={version === active ? "chosen" : undefined}>
                <th scope="row">
                  {version.number}{" "}
                  <span class="soft small">{version.exported ? "an exported model" : KINDS[version.kind]}</span>
                  {version.parent !== null && <span class="soft small">, after {versionNumber(version.parent)}</span>}
                </th>
                <td class="text">{STATES[version.state]}</td>
                <td class="text">{time(version.created)}</td>
                <td>{version.parts?.good ?? "–"}</td>
                <td>{version.parts?.bad ?? "–"}</td>
                <td>{chosenFigure(version)}</td>
                <td>{score(version.threshold)}</td>
                <td class="text">
                  {version.decided ? `${time(version.decided.at)} by ${version.decided.by || "somebody"}` : "–"}
                </td>
                <td>
                  {version.state === "accepted" && (
                    <button type="button" class="bare" onClick={() => goBack(version)}>Use again</button>
                  )}
                  {version.links.report && <a href={version.links.report} target="_blank">Report</a>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function chosenFigure({ results }: Version): string {
  const row = results?.rows.find(({ chosen }) => chosen);
  return row ? percent(row.auroc) : "–";
}
