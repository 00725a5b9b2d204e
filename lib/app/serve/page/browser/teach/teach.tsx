/** From pictures to a model: pictures, segment map, training. @module */
import type { ViewProps } from "../api.ts";
import { Sections } from "../kit/tabs.tsx";
import { route } from "../route.ts";
import { Pictures } from "./pictures.tsx";
import { SegmentMap } from "./segment_map.tsx";
import { Train } from "./train.tsx";

const SECTIONS = { pictures: "1  Pictures", map: "2  Segment map", train: "3  Train" } as const;
type Section = keyof typeof SECTIONS;

export function Teach({ project }: ViewProps) {
  const { section = "" } = route.value;
  const chosen: Section = section in SECTIONS ? section as Section : "pictures";
  return (
    <>
      <div class="head">
        <h1>Teach {project.name}</h1>
        <p class="soft">{project.about}</p>
        <Sections project={project.name} view="teach" sections={SECTIONS} chosen={chosen} label="Steps" />
      </div>
      {chosen === "pictures"
        ? <Pictures project={project} />
        : chosen === "map"
        ? <SegmentMap project={project} />
        : <Train project={project} />}
    </>
  );
}
