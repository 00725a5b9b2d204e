/** One verdict after the other, confirmed or corrected by key. @module */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Label, Part, Parts, Project } from "../api.ts";
import { ask } from "../kit/request.ts";
import { PartView } from "../kit/part_view.tsx";
import { useKeys } from "../kit/keys.ts";
import { useResource } from "../kit/resource.ts";
import { attempt, say } from "../kit/toast.tsx";
import { VerdictFacts } from "../kit/verdict_facts.tsx";
import { count } from "../kit/words.ts";
import { by } from "../person.ts";
import { PartList } from "../inspect/part_list.tsx";
import { linkTo } from "../route.ts";

const WHICH = {
  none: "without a label",
  review: "to be looked at",
  bad: "called bad, without a label",
  good: "called good, without a label",
  wrong: "where a person disagreed",
  labelled_good: "that a person calls good",
  labelled_bad: "that a person calls bad",
} as const;
type Which = keyof typeof WHICH;

const QUERIES: Readonly<Record<Which, Readonly<Record<string, string>>>> = {
  none: { label: "none" },
  review: { label: "none", decision: "review" },
  bad: { label: "none", decision: "bad" },
  good: { label: "none", decision: "good" },
  wrong: { wrong: "1" },
  labelled_good: { label: "good" },
  labelled_bad: { label: "bad" },
};
/** Lists that a part stays in when it gets a label. */
const KEPT: readonly Which[] = ["wrong", "labelled_good", "labelled_bad"];
const LISTED = 100;

export function Confirm({ project }: { project: Project }) {
  const [which, setWhich] = useState<Which>("none");
  const [chosen, setChosen] = useState<number>();
  const query = new URLSearchParams({ role: "judged", order: "new", limit: `${LISTED}`, ...QUERIES[which] });
  const listed = useResource<Parts>(`/v1/projects/${project.name}/parts?${query}`, ["label", "verdict"]);
  const done = useRef<{ part: Part; before: Label | null }[]>([]);
  const [undoable, setUndoable] = useState(0);
  // What has been answered leaves the list at once, before the service says so.
  const [answered, setAnswered] = useState<ReadonlySet<number>>(new Set());
  useEffect(() => setAnswered(new Set()), [listed.data]);
  const parts = (listed.data?.parts ?? []).filter(({ id }) => KEPT.includes(which) || !answered.has(id));
  const at = Math.max(0, parts.findIndex(({ id }) => id === chosen));
  const part = parts[at];

  const label = (value: Label | null, of = part) => {
    if (!of) return;
    done.current.push({ part: of, before: of.label });
    setUndoable(done.current.length);
    setAnswered(new Set([...answered, of.id]));
    setChosen(parts[at + 1]?.id ?? parts[at - 1]?.id);
    attempt(() => ask("PUT", `/v1/parts/${of.id}/label`, { label: value, ...by() }));
  };
  const confirm = () => {
    const decision = part?.verdict?.decision;
    if (decision === "good" || decision === "bad") label(decision);
    else if (part) say("It was not decided: say good (G) or bad (B)");
  };
  const takeBack = () => {
    const last = done.current.pop();
    if (!last) return;
    setUndoable(done.current.length);
    attempt(async () => {
      await ask("PUT", `/v1/parts/${last.part.id}/label`, { label: last.before, ...by() });
      setChosen(last.part.id);
      listed.reload();
    });
  };
  useKeys({
    c: confirm,
    enter: confirm,
    g: () => label("good"),
    b: () => label("bad"),
    z: takeBack,
    arrowright: () => setChosen(parts[at + 1]?.id ?? part?.id),
    arrowleft: () => setChosen(parts[at - 1]?.id ?? part?.id),
    arrowdown: () => setChosen(parts[at + 1]?.id ?? part?.id),
    arrowup: () => setChosen(parts[at - 1]?.id ?? part?.id),
  });

  return (
    <div class="inspect">
      <section class="card list-card" aria-label="Verdicts">
        <header>
          <label class="row">
            <span>Parts</span>
            <select
              value={which}
              onChange={(event) => {
                setWhich(event.currentTarget.value as Which);
                setChosen(undefined);
              }}
            >
              {(Object.keys(WHICH) as Which[]).map((key) => <option key={key} value={key}>{WHICH[key]}</option>)}
            </select>
          </label>
          <span class="soft small">{listed.data && count(listed.data.total, "part")}</span>
        </header>
        <PartList parts={parts} current={part?.id} onChoose={setChosen} />
        {listed.data && parts.length === 0 && <p class="empty">None.</p>}
      </section>
      {part
        ? (
          <section class="card part-columns" aria-label="The part">
            <PartView part={part} />
            <div class="stack">
              <VerdictFacts part={part} />
              <h2>Is that right?</h2>
              <div class="row">
                <button type="button" class="main" onClick={confirm}>
                  Confirm <kbd>C</kbd>
                </button>
                <button type="button" aria-pressed={part.label === "good"} onClick={() => label("good")}>
                  Good <kbd>G</kbd>
                </button>
                <button type="button" aria-pressed={part.label === "bad"} onClick={() => label("bad")}>
                  Bad <kbd>B</kbd>
                </button>
                {part.label && <button type="button" onClick={() => label(null)}>Neither</button>}
                <button type="button" disabled={undoable === 0} onClick={takeBack}>
                  Take back <kbd>Z</kbd>
                </button>
              </div>
              <label>
                <input
                  type="checkbox"
                  checked={part.control}
                  onChange={(event) =>
                    attempt(async () => {
                      await ask("PUT", `/v1/parts/${part.id}/control`, { control: event.currentTarget.checked });
                      listed.reload();
                    })}
                />
                In the control set: never learned from, and every version is compared on it
              </label>
              <p class="soft small">
                <kbd>←</kbd> <kbd>→</kbd> move without an answer. Answers change no verdict until the model{" "}
                <a href={linkTo(project.name, "correct", "learn")}>learns from them</a>.
              </p>
            </div>
          </section>
        )
        : (
          <p class="card empty">
            All answered. <a href={linkTo(project.name, "correct", "learn")}>Learn from it</a>
          </p>
        )}
    </div>
  );
}
