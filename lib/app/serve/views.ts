/** Things of a station as they are answered. @module */
import type { Part } from "../../product/station/parts.ts";

/** Where more of a part can be had. */
export function linksOf(part: number): Readonly<Record<string, string>> {
  const at = `/v1/parts/${part}`;
  return {
    part: at,
    picture: `${at}/picture`,
    thumbnail: `${at}/thumbnail`,
    judged: `${at}/judged`,
    overlay: `${at}/overlay`,
    map: `${at}/map`,
    details: `${at}/details`,
  };
}

/** A part with its links. */
export function viewPart(part: Part) {
  return { ...part, links: linksOf(part.id) };
}
