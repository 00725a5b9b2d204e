/**
 * A first look, in about a minute: what `folder.ts` makes of a folder of 200 good and 60 bad pictures, which are drawn where no
 * folder is named.
 *
 *     deno task pipeline first.ts
 *
 * The part, its segment map and its defects are those of `vad.ts`; its pictures lie in the cache, in `stand-in/`, and look as a
 * user's folder looks: `good/`, and in `bad/` a folder for each kind of defect.
 */
import { definePipeline } from "../mod.ts";
import folder from "./folder.ts";

export default definePipeline({
  ...folder,
  name: "first",
  about: "A piezo with two soldered wires; defects of all kinds",
  data: { layout: "folder", standIn: true },
  segments: "segmaps/vad.png",
});
