/** Which view of which project is to be seen: the fragment of the address. @module */
import { computed, signal } from "@preact/signals";

export const VIEWS = {
  teach: "Teach",
  operate: "Operating point",
  inspect: "Inspect",
  correct: "Correct",
  line: "Line",
} as const;

export type View = keyof typeof VIEWS;

interface Route {
  readonly project?: string;
  readonly view: View;
  /** A part of the view. */
  readonly section?: string;
}

const fragment = signal(location.hash);
addEventListener("hashchange", () => fragment.value = location.hash);

export const route = computed<Route>(() => {
  const [project, view, section] = fragment.value.replace(/^#\/?/, "").split("/").map(decoded);
  if (!project) return { view: "teach" };
  return { project, view: view && Object.hasOwn(VIEWS, view) ? view as View : "teach", ...section && { section } };
});

/** Text of an address; as it is where somebody has typed what is no encoding of any. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a view. */
export function linkTo(project: string, view: View, section?: string): string {
  return `#/${[project, view, ...section ? [section] : []].map(encodeURIComponent).join("/")}`;
}

export function goTo(project: string, view: View, section?: string): void {
  location.hash = linkTo(project, view, section);
}
