/** The training pictures: adding, looking, labelling by key, and what is odd about them. @module */
import { useMemo, useRef, useState } from "preact/hooks";
import type { Label, Part, Parts, Project, Warnings } from "../api.ts";
import { ask } from "../kit/request.ts";
import { useResource } from "../kit/resource.ts";
import { attempt, say } from "../kit/toast.tsx";
import { count } from "../kit/words.ts";
import { by } from "../person.ts";
import { linkTo } from "../route.ts";
import { AddPictures } from "./add_pictures.tsx";
import { Gallery } from "./gallery.tsx";
import { PictureCard } from "./picture_card.tsx";
import { JobCard } from "./job_card.tsx";

type Filter = "all" | "none" | Label | "warned";
/** So many pictures are listed at once. */
const PAGE = 300;

export function Pictures({ project }: { project: Project }) {
  const [filter, setFilter] = useState<Filter>("all");
  const [shown, setShown] = useState(PAGE);
  const [warned, setWarned] = useState<readonly number[]>([]);
  const [current, setCurrent] = useState<number>();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const query = new URLSearchParams({
    role: "training",
    order: "name",
    limit: `${shown}`,
    ...filter !== "all" && filter !== "warned" && { label: filter },
  });
  const listed = useResource<Parts>(`/v1/projects/${project.name}/parts?${query}`, ["part", "label"]);
  const warnings = useResource<Warnings>(`/v1/projects/${project.name}/warnings`, ["part", "label"]);
  const parts = useMemo(() => {
    const all = listed.data?.parts ?? [];
    return filter === "warned" ? all.filter(({ id }) => warned.includes(id)) : all;
  }, [listed.data, filter, warned]);
  const { good, bad, unlabelled } = project.counts;
  const at = parts.findIndex(({ id }) => id === current);
  const part: Part | undefined = parts[at] ?? parts[0];
  const labelling = useRef(Promise.resolve());

  const setLabel = (value: Label | null) => {
    const ids = chosen.size > 1 ? [...chosen] : part ? [part.id] : [];
    if (ids.length === 0) return;
    // The next picture is shown at once; labels are sent one after the other, in the order of the keys.
    if (ids.length === 1) setCurrent(parts[Math.min(parts.length - 1, Math.max(0, at) + 1)]?.id);
    setChosen(new Set());
    labelling.current = labelling.current.then(async () => {
      await attempt(() => ask("POST", `/v1/projects/${project.name}/labels`, { ids, label: value, ...by() }));
    });
  };

  return (
    <>
      {project.job?.kind === "import" && <JobCard job={project.job} />}
      <AddPictures project={project.name} empty={good + bad + unlabelled === 0} />
      <WarningList
        warnings={warnings.data?.warnings ?? []}
        onShow={(ids) => {
          setWarned(ids);
          setFilter("warned");
          setCurrent(ids[0]);
        }}
      />
      {good + bad + unlabelled > 0 && (
        <div class="columns keep">
          <section class="card" aria-label="Gallery">
            <header>
              <Filters
                filter={filter}
                counts={{ all: good + bad + unlabelled, none: unlabelled, good, bad, warned: warned.length }}
                onFilter={(next) => {
                  setFilter(next);
                  setShown(PAGE);
                }}
              />
              <span class="soft small">
                <kbd>G</kbd> good <kbd>B</kbd> bad <kbd>U</kbd> neither <kbd>←</kbd> <kbd>→</kbd> move <kbd>Shift</kbd>
                {" "}
                several
              </span>
            </header>
            <Gallery
              parts={parts}
              current={part?.id}
              chosen={chosen}
              onMove={(id, ids) => {
                setCurrent(id);
                setChosen(ids);
              }}
              onLabel={setLabel}
            />
            {listed.data && listed.data.total > listed.data.parts.length && (
              <div class="row apart">
                <span class="soft small">
                  {count(listed.data.parts.length, "picture")} of {listed.data.total} listed
                </span>
                <button type="button" onClick={() => setShown(shown + PAGE)}>Show more</button>
              </div>
            )}
            {listed.data && parts.length === 0 && <p class="empty">No such picture.</p>}
          </section>
          <aside class="stack">
            {part && (
              <PictureCard
                part={part}
                several={chosen.size}
                onLabel={setLabel}
                onRemove={async () => {
                  if (await attempt(() => ask("DELETE", `/v1/parts/${part.id}`))) say(`${part.name} is removed`);
                  listed.reload();
                }}
              />
            )}
            <Next project={project} />
          </aside>
        </div>
      )}
    </>
  );
}

function Filters(
  { filter, counts, onFilter }: {
    filter: Filter;
    counts: Readonly<Record<Filter, number>>;
    onFilter: (filter: Filter) => void;
  },
) {
  const words: Readonly<Record<Filter, string>> = {
    all: "All",
    none: "No label",
    good: "Good",
    bad: "Bad",
    warned: "In a warning",
  };
  return (
    <div class="segmented" role="group" aria-label="Filter" style={{ marginRight: "auto" }}>
      {(Object.keys(words) as Filter[]).filter((key) => key !== "warned" || counts.warned > 0).map((key) => (
        <button
          key={key}
          type="button"
          aria-pressed={key === filter}
          onClick={() => onFilter(key)}
        >
          {words[key]} <span class="number">{counts[key]}</span>
        </button>
      ))}
    </div>
  );
}

function WarningList(
  { warnings, onShow }: { warnings: Warnings["warnings"]; onShow: (parts: readonly number[]) => void },
) {
  if (warnings.length === 0) return null;
  return (
    <section class="card" aria-label="Warnings">
      <h2>{count(warnings.length, "thing")} to look at before training</h2>
      <ul class="plain">
        {warnings.map(({ kind, message, parts }) => (
          <li key={kind + message} class="row apart note review">
            <span>{message}</span>
            {parts.length > 0 && (
              <button type="button" onClick={() => onShow(parts)}>Show {count(parts.length, "picture")}</button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Next({ project }: { project: Project }) {
  const { good, bad } = project.counts;
  const few = good < 24 || bad < 10;
  return (
    <section class="card">
      <h2>Next</h2>
      <p>
        {few
          ? `A model wants at least a few dozen good pictures and ten bad ones: ${good} and ${bad} are there.`
          : project.segments
          ? "There is a segment map. What is changed here counts with the next training."
          : "A segment map makes the verdicts better and says where a defect is."}
      </p>
      <div class="row">
        <a class="button" href={linkTo(project.name, "teach", "map")}>Segment map</a>
        <a class="button" href={linkTo(project.name, "teach", "train")}>Train</a>
      </div>
    </section>
  );
}
