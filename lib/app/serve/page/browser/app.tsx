/** The frame of the page: projects, views, who is there and whether the service answers. @module */
import { useEffect } from "preact/hooks";
import type { Project, ViewProps } from "./api.ts";
import { Correct } from "./correct/correct.tsx";
import { Inspect } from "./inspect/inspect.tsx";
import { connected, openEvents, useAfter } from "./kit/events.ts";
import { signInNeeded } from "./kit/request.ts";
import { type Resource, useResource } from "./kit/resource.ts";
import { useVersionNumbers } from "./kit/version_numbers.ts";
import { Toasts } from "./kit/toast.tsx";
import { Line } from "./line/line.tsx";
import { Operate } from "./operate/operate.tsx";
import { person } from "./person.ts";
import { Projects } from "./projects.tsx";
import { goTo, linkTo, route, type View, VIEWS } from "./route.ts";
import { SignIn } from "./sign_in.tsx";
import { Teach } from "./teach/teach.tsx";

const CONTENT: { readonly [V in View]: (props: ViewProps) => preact.JSX.Element } = {
  teach: Teach,
  operate: Operate,
  inspect: Inspect,
  correct: Correct,
  line: Line,
};

export function App() {
  const projects = useResource<{ projects: Project[] }>("/v1/projects");
  const { project: name, view } = route.value;
  useEffect(() => openEvents(name), [name]);
  useAfter(["part", "label", "version", "job", "verdict", "watch", "segments"], projects.reload);
  const project = projects.data?.projects.find((one) => one.name === name);
  useVersionNumbers(project?.name);
  useEffect(() => {
    document.title = project ? `${VIEWS[view]} · ${project.name} · SegAD` : "SegAD station";
  }, [project?.name, view]);
  if (signInNeeded.value) return <SignIn onDone={projects.reload} />;
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>To the content</a>
      <Bar projects={projects} project={project} view={view} />
      <main id="content" tabIndex={-1}>
        <Content projects={projects} project={project} name={name} view={view} />
      </main>
      <Toasts />
    </>
  );
}

/** The fragment is taken by the views, so that the link moves the focus by itself. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function Content(
  { projects, project, name, view }: {
    projects: Resource<{ projects: Project[] }>;
    project?: Project;
    name?: string;
    view: View;
  },
) {
  if (projects.error) {
    return (
      <div class="card note bad" role="alert">
        <p>{projects.error.message}</p>
        <button type="button" onClick={projects.reload}>Try again</button>
      </div>
    );
  }
  if (!projects.data) return <p class="empty" aria-busy="true">Loading …</p>;
  if (name === undefined) return <Projects projects={projects.data.projects} reload={projects.reload} />;
  if (!project) {
    return (
      <div class="card note review" role="alert">
        <p>There is no project "{name}".</p>
        <p>
          <a href="#/">All projects</a>
        </p>
      </div>
    );
  }
  const View = CONTENT[view];
  return <View key={project.name} project={project} />;
}

function Bar(
  { projects, project, view }: { projects: Resource<{ projects: Project[] }>; project?: Project; view: View },
) {
  const all = projects.data?.projects ?? [];
  return (
    <header class="bar">
      <a class="brand" href="#/" style={{ color: "inherit", textDecoration: "none" }} aria-label="SegAD: all projects">
        Seg<span>AD</span>
      </a>
      {project && (
        <>
          <label class="project-choice">
            <span class="hidden-words">Project</span>
            <select value={project.name} onChange={(event) => goTo(event.currentTarget.value, view)}>
              {all.map(({ name }) => <option key={name} value={name}>{name}</option>)}
            </select>
          </label>
          <nav class="views" aria-label="Views">
            {(Object.keys(VIEWS) as View[]).map((key) => (
              <a key={key} href={linkTo(project.name, key)} aria-current={key === view ? "page" : undefined}>
                {VIEWS[key]}
              </a>
            ))}
          </nav>
        </>
      )}
      <div class="row push">
        {project && !connected.value && <span class="chip review">not connected</span>}
        <label class="row small">
          <span class="soft">Your name</span>
          <input
            value={person.value}
            size={10}
            autocomplete="name"
            placeholder="for the record"
            onInput={(event) => person.value = event.currentTarget.value}
          />
        </label>
      </div>
    </header>
  );
}
