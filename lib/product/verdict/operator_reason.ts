/** Why a part is decided on as it is, for who stands at the line: what is where, and how unusual. @module */
import type { Photo } from "../../domain.ts";
import type { Details } from "../model/details.ts";
import type { GoodParts } from "../model/good_parts.ts";
import type { DetailedVerdict } from "../model/scorer.ts";
import { placeInWords } from "./place.ts";
import { spotOf } from "./spot.ts";

/** A good part's sentence names a place only where it is beyond this share of the good parts. */
const UNUSUAL = 0.95;
/** What is not beyond this share of them is not called strange. */
const STRANGE = 0.5;

/**
 * One sentence: "bright spot at the left solder dot, stranger than in 99 of 100 good parts". Where the picture has no worst
 * place, the verdict's own reason.
 *
 * @param photo the picture that was scored
 * @param goodParts what is usual, for judges that have no columns
 *
 * ```ts ignore
 * const [verdict] = await scorer.score([{ id: "a.png", photo }], { details: true });
 * console.log(operatorReason(verdict, photo));
 * ```
 */
export function operatorReason(
  { decision, reason, details }: Omit<DetailedVerdict, "seen">,
  photo: Photo,
  goodParts?: Pick<GoodParts, "columns" | "rows" | "parts">,
): string {
  if (decision === "not_judged") return reason;
  const { worst, maps, size, segments } = details;
  const map = maps.find(({ name }) => name === worst?.detector);
  const { share, parts } = shareOf(details) ?? (goodParts && shareAmong(details, goodParts)) ?? {};
  if (decision === "good" && (share === undefined || share < UNUSUAL)) return "looks like the good parts";
  if (!worst || !map) return reason;
  const { light, form } = spotOf(photo, map.values, worst);
  const what = `${light} ${form} ${placeInWords(worst, size, segments, worst.segment)}`;
  const told = share === undefined || share < STRANGE ? what : `${what}, ${inWords(share, parts)}`;
  return decision === "good" ? `good, though ${told}` : told;
}

/** The share of good parts that something lies beyond, and how many there are. */
interface Standing {
  readonly share: number;
  readonly parts?: number;
}

/** How far out the columns behind the worst place are; where these push nothing, how far the strongest of all is. */
function shareOf({ contributions, worst, goodParts }: Details): Standing | undefined {
  const pushing = contributions.filter(({ logit, strongest }) => logit > 0 && strongest?.share !== undefined);
  const there = pushing.find(({ source, segment }) => source === worst?.detector && segment === worst?.segment);
  const share = (there ?? pushing[0])?.strongest?.share;
  return share === undefined ? undefined : { share, parts: goodParts };
}

/** Of a judge without columns: how the map's strangest places stand among those of good parts, in the segment of the worst. */
function shareAmong(
  { worst, size, segments, statistics }: Details,
  { columns, rows, parts }: Pick<GoodParts, "columns" | "rows" | "parts">,
): Standing | undefined {
  if (!worst) return undefined;
  const centre = Math.floor(worst.y + worst.height / 2) * size.width + Math.floor(worst.x + worst.width / 2);
  const segment = worst.segment ?? segments.names[segments.labels[centre]];
  const column = `${segment}.${worst.detector}.q995`;
  const [own, place] = [statistics.columns.indexOf(column), columns.indexOf(column)];
  if (own < 0 || place < 0) return undefined;
  let below = 0;
  for (let n = 0; n < parts; n++) if (rows[n * columns.length + place] < statistics.values[own]) below++;
  return { share: below / parts, parts };
}

function inWords(share: number, parts?: number): string {
  if (share < 1) return `stranger than in ${Math.min(99, Math.round(100 * share))} of 100 good parts`;
  return parts === undefined ? "stranger than in all good parts" : `stranger than in all ${parts} good parts`;
}
