/** What would be decided otherwise: past parts that flip, and figures on the control set. @module */
import { useState } from "preact/hooks";
import type { Comparison, Flip, Version } from "../api.ts";
import { Chip } from "../kit/chip.tsx";
import { PartView } from "../kit/part_view.tsx";
import { ask } from "../kit/request.ts";
import { useResource } from "../kit/resource.ts";
import { attempt } from "../kit/toast.tsx";
import { count, percent, score } from "../kit/words.ts";

export function ComparisonCard({ version }: { version: Version }) {
  const found = useResource<Comparison>(`/v1/versions/${version.id}/compare?limit=300`, [
    "label",
    "version",
    "operating",
    "job",
  ]);
  const [chosen, setChosen] = useState<number>();
  if (found.error) return <p class="note review" role="alert">{found.error.message}</p>;
  if (!found.data) return <p class="soft" aria-busy="true">Comparing …</p>;
  const { judged, flips, counts, control, missing } = found.data;
  const toBad = flips.filter(({ after }) => after.decision === "bad");
  const toGood = flips.filter(({ after }) => after.decision === "good");
  const others = flips.filter(({ after }) => after.decision !== "bad" && after.decision !== "good");
  const flip = flips.find(({ part }) => part.id === chosen);
  return (
    <>
      <div class="figures">
        <Figure
          title="Past decisions that flip"
          value={`${flips.length} of ${judged}`}
          words={`${counts.toBad} no longer good, ${counts.toGood} good again`}
        />
        <Figure
          title="Flips by what people said"
          value={`${counts.right} better`}
          words={`${counts.wrong} worse, ${Math.max(0, flips.length - counts.right - counts.wrong)} not labelled`}
        />
        {control && control.parts > 0
          ? (
            <>
              <Figure
                title="Control set: bad parts caught"
                value={ratio(control.after.caught, control.after.bad)}
                words={`was ${ratio(control.before.caught, control.before.bad)}, ${
                  count(control.after.bad, "bad part")
                }`}
              />
              <Figure
                title="Control set: false alarms"
                value={ratio(control.after.alarms, control.after.good)}
                words={`was ${ratio(control.before.alarms, control.before.good)}, ${
                  count(control.after.good, "good part")
                }`}
              />
            </>
          )
          : (
            <Figure
              title="Control set"
              value="none"
              words="Put labelled parts into it that nothing is learned from"
            />
          )}
      </div>
      {missing > 0 && (
        <div class="note row apart">
          <span>{count(missing, "past part")} are not judged by both versions yet.</span>
          <button type="button" onClick={() => attempt(() => ask("POST", `/v1/versions/${version.id}/compare`))}>
            Judge them now
          </button>
        </div>
      )}
      <div class="columns even">
        <FlipTable title="Would be bad" flips={toBad} chosen={chosen} onChoose={setChosen} />
        <FlipTable title="Would be good" flips={toGood} chosen={chosen} onChoose={setChosen} />
        {others.length > 0 && (
          <FlipTable title="Would be looked at" flips={others} chosen={chosen} onChoose={setChosen} />
        )}
        {flip && (
          <div>
            <PartView part={flip.part} />
          </div>
        )}
      </div>
    </>
  );
}

function ratio(some: number, all: number): string {
  return all === 0 ? "–" : percent(some / all);
}

function Figure({ title, value, words }: { title: string; value: string; words: string }) {
  return (
    <div class="figure">
      <span>{title}</span>
      <b>{value}</b>
      <span>{words}</span>
    </div>
  );
}

function FlipTable(
  { title, flips, chosen, onChoose }: {
    title: string;
    flips: readonly Flip[];
    chosen?: number;
    onChoose: (id: number) => void;
  },
) {
  return (
    <div class="scroll flips">
      <table>
        <caption>{title}: {count(flips.length, "part")}</caption>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
            <th scope="col" class="text">A person says</th>
          </tr>
        </thead>
        <tbody>
          {flips.map(({ part, before, after, right }) => (
            <tr key={part.id} class={part.id === chosen ? "chosen" : undefined}>
              <th scope="row">
                <button
                  type="button"
                  class="bare row"
                  onClick={() =>
                    onChoose(part.id)}
                >
                  <img src={`${part.links.thumbnail}?size=96`} alt="" width={36} height={36} loading="lazy" />
                  {part.name}
                </button>
              </th>
              <td>
                <Chip decision={before.decision} /> <span class="soft">{score(before.score)}</span>
              </td>
              <td>
                <Chip decision={after.decision} /> <span class="soft">{score(after.score)}</span>
              </td>
              <td class="text">
                {part.label ?? "nothing"}
                {right && (right === "after" ? ", so better" : ", so worse")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {flips.length === 0 && <p class="soft">None.</p>}
    </div>
  );
}
