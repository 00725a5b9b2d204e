/** Pictures with each detector's map over them, the segment outlines, and the reason in words. @module */
import { ownOf } from "../../base/text/own.ts";
import { Buffer } from "node:buffer";
import { encodePng } from "../../picture/image/encode.ts";
import { describe } from "../../base/tensor/tensor.ts";
import { colourOf, levelsOf, MAP_PALETTE, OUTLINE_PALETTE, outlineIndices } from "./colour_map.ts";
import { groupBy, shortNumber } from "./figures.ts";
import { encodeIndexedPng } from "./indexed_png.ts";
import { fileName, type Markup, markup } from "./markup.ts";
import type { ReportInput, ReportPicture } from "./report_input.ts";

/** What a reader learns from a group of pictures. */
const GROUPS: Record<string, { heading: string; about: string }> = {
  "missed defect": { heading: "Missed defects", about: "Bad parts that were passed, the lowest scores first." },
  "nearly missed": { heading: "Nearly missed", about: "Bad parts that were found, but with the lowest scores." },
  "false alarm": { heading: "False alarms", about: "Good parts that were flagged, the highest scores first." },
  "nearly a false alarm": { heading: "Nearly false alarms", about: "Good parts that passed with the highest scores." },
  "clear defect": { heading: "Clear defects", about: "Bad parts with the highest scores." },
  "typical good": { heading: "Typical good parts", about: "Good parts with scores about their median." },
};

/**
 * The gallery, a group a reason for being shown.
 *
 * @throws {TypeError} where a map or the outline has not the size of its photo
 * @throws {RangeError} where a map holds what is not a number
 */
export async function pictureSection(
  { pictures, picturesFrom, segmentNames }: Pick<ReportInput, "pictures" | "picturesFrom" | "segmentNames">,
): Promise<Markup> {
  if (pictures.length === 0) return markup`<p>No pictures were kept for this report.</p>`;
  const groups: Markup[] = [];
  let serial = 0;
  for (const [why, group] of groupBy(pictures, (picture) => picture.why)) {
    const cards: Markup[] = [];
    for (const picture of group) cards.push(await card(picture, serial++));
    const { heading, about } = ownOf(GROUPS, why) ?? { heading: why, about: "" };
    groups.push(markup`<h3>${heading}</h3>
<p class="soft">${about}</p>
<div class="cards">
${cards}
</div>`);
  }
  const ramp = Array.from({ length: 9 }, (_, i) => `rgb(${colourOf(i / 8).join(",")})`).join(",");
  return markup`<p>${
    picturesFrom &&
    `Chosen by the scores of ${picturesFrom.method} on ${picturesFrom.benchmark}, seed ${picturesFrom.seed}. `
  }First the photo, then the same photo under the anomaly map of each detector.</p>
<p>Colours: <span class="ramp" style="background:linear-gradient(90deg,${ramp})" role="img" aria-label="from violet over red to light yellow"></span>
from as strange as usual (no colour) to stranger than nearly all good parts (light yellow); the range stands below each map.</p>
${
    segmentNames.length > 0 &&
    markup`<p class="soft">White lines part the segments: ${segmentNames.map(spaced).join(", ")}.</p>`
  }
<div class="controls" role="group" aria-label="How the pictures are shown">
<label>Map strength <input type="range" id="strength" min="0" max="100" value="100"></label>
<label><input type="checkbox" id="outline" checked> Segment outlines</label>
</div>
${groups}`;
}

async function card(picture: ReportPicture, serial: number): Promise<Markup> {
  const { id, photo, maps, outline, label, unseen, kind, score, decision, reason } = picture;
  const [height, width] = photo.shape;
  checkSize(picture, "outline", outline.length);
  for (const { detector, map } of maps) checkSize(picture, `${detector} map`, map.length);

  const layer = (png: Uint8Array, attributes: Markup) =>
    markup`<image ${attributes} width="${width}" height="${height}" href="data:image/png;base64,${
      Buffer.from(png).toString("base64")
    }"/>`;
  const tile = (alt: string, layers: Markup, caption: Markup) =>
    markup`<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${alt}">${layers}</svg><figcaption>${caption}</figcaption></figure>`;

  // The photo and the outlines are stored once a card; the other tiles refer to them.
  const lines = encodeIndexedPng(outlineIndices(outline, { height, width }), { height, width }, OUTLINE_PALETTE);
  const stored = [
    layer(await encodePng(photo), markup`id="photo-${serial}"`),
    layer(lines, markup`id="outline-${serial}" class="outline"`),
  ];
  const tiles = maps.map((detection) => {
    const levels = encodeIndexedPng(levelsOf(detection, id), { height, width }, MAP_PALETTE);
    return tile(
      `${id} under the anomaly map of ${detection.detector}`,
      markup`<use href="#photo-${serial}"/>${
        layer(levels, markup`class="overlay"`)
      }<use href="#outline-${serial}" class="outline"/>`,
      markup`<b>${detection.detector}</b> ${shortNumber(detection.low)} to ${shortNumber(detection.high)}`,
    );
  });
  const called = decision === "review" ? "to be looked at" : `called ${decision}`;
  const truth = unseen ? "bad, unseen kind" : label;
  return markup`<article class="card">
<h4>${fileName(id)}</h4>
<p class="verdict"><span class="chip ${unseen ? "unseen" : label}">is ${truth}${
    kind !== undefined && kind !== label && `: ${spaced(kind)}`
  }</span> <span class="chip ${decision}">${called}</span> <span>score ${shortNumber(score)}</span></p>
<p><b>Why:</b> ${reason === "" ? "no reason was kept" : reason}</p>
<div class="tiles">
${tile(`${id}, ${truth}, ${called}`, markup`${stored}`, markup`photo`)}
${tiles}
</div></article>`;
}

/** Names of segments and kinds as words. */
function spaced(name: string): string {
  return name.replaceAll("_", " ");
}

function checkSize({ id, photo }: ReportPicture, what: string, length: number): void {
  if (length === photo.shape[0] * photo.shape[1]) return;
  throw new TypeError(
    `Cannot show picture "${id}" as its ${what} must have a value a pixel of ${
      describe(photo)
    }: current length is ${length}`,
  );
}
