/** Confirming and correcting verdicts, learning from that, and deciding about what was learned. @module */
import type { ViewProps } from "../api.ts";
import { Sections } from "../kit/tabs.tsx";
import { linkTo, route } from "../route.ts";
import { Confirm } from "./confirm.tsx";
import { Learn } from "./learn.tsx";
import { VersionTable } from "./version_table.tsx";

const SECTIONS = { confirm: "1  Confirm or correct", learn: "2  Learn and compare", versions: "Versions" } as const;
type Section = keyof typeof SECTIONS;

export function Correct({ project }: ViewProps) {
  const { section = "" } = route.value;
  const chosen: Section = section in SECTIONS ? section as Section : "confirm";
  if (project.version === null) {
    return (
      <section class="card empty">
        <h1>Correct</h1>
        <p>There is no model yet, so there is no verdict to correct.</p>
        <a class="button" href={linkTo(project.name, "teach")}>Teach one</a>
      </section>
    );
  }
  return (
    <>
      <div class="head">
        <h1>Correct</h1>
        <Sections project={project.name} view="correct" sections={SECTIONS} chosen={chosen} label="Steps" />
      </div>
      {chosen === "confirm"
        ? <Confirm project={project} />
        : chosen === "learn"
        ? <Learn project={project} />
        : <VersionTable project={project} />}
    </>
  );
}
