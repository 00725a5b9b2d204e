/** Whether a model can become one graph, by what `model.json` says of it. @module */
import { whyNoNetwork } from "../../method/detect/networks.ts";
import { paper, reference } from "../../method/features/paper.ts";
import type { ModelFile } from "../model/model_file.ts";

/**
 * Refuses a model that no graph can hold.
 *
 * @param takesSegments the graph is given a segment map with each picture
 * @throws {TypeError} that names all that cannot be part of a graph, and what can be done
 */
export function checkExportable({ detectors, features, segments, picture }: ModelFile, takesSegments = false): void {
  const problems = detectors.flatMap(({ name, type }) => {
    const reason = whyNoNetwork(type);
    return reason === undefined ? [] : [`the detector "${name}" is no graph, as ${reason}: train without it`];
  });
  if (features.identity !== paper.identity && features.identity !== reference.identity) {
    problems.push(
      `the feature set "${features.name}" is code of your own, which no graph can hold: train with "paper" or "reference"`,
    );
  }
  if (segments.kind === "folder" && !takesSegments) {
    problems.push(
      "each picture has a segment map of its own: name their folder by --segments, so that the graph takes a map with each " +
        "picture",
    );
  }
  if (picture.align !== undefined) {
    problems.push(
      "pictures are aligned before they are judged, which is no graph: score with the run, or train without picture.align on " +
        "parts that a holder keeps in place",
    );
  }
  if (problems.length > 0) throw new TypeError(`Cannot export the model as ${problems.join("; and as ")}`);
}
