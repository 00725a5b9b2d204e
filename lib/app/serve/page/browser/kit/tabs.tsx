/** The sections of a view as links. @module */
import { linkTo, type View } from "../route.ts";

export function Sections<S extends string>(
  { project, view, sections, chosen, label }: {
    project: string;
    view: View;
    sections: Readonly<Record<S, string>>;
    chosen: S;
    label: string;
  },
) {
  return (
    <nav class="views sections" aria-label={label}>
      {(Object.keys(sections) as S[]).map((key) => (
        <a key={key} href={linkTo(project, view, key)} aria-current={key === chosen ? "step" : undefined}>
          {sections[key]}
        </a>
      ))}
    </nav>
  );
}
