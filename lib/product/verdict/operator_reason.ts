/** Why a part is decided on as it is, for who stands at the line: what is where, and how unusual. @module */
import type { Photo } from "../../domain.ts";
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
 *
 * ```ts ignore
 * const [verdict] = await scorer.score([{ id: "a.png", photo }], { details: true });
 * console.log(operatorReason(verdict, photo));
 * ```
 */
export function operatorReason({ decision, reason, details }: Omit<DetailedVerdict, "seen">, photo: Photo): string {
  const { worst, maps, size, segments } = details;
  const map = maps.find(({ name }) => name === worst?.detector);
  const share = shareOf(details);
  if (decision === "good" && (share === undefined || share < UNUSUAL)) return "looks like the good parts";
  if (!worst || !map) return reason;
  const { light, form } = spotOf(photo, map.values, worst);
  const what = `${light} ${form} ${placeInWords(worst, size, segments, worst.segment)}`;
  const told = share === undefined || share < STRANGE ? what : `${what}, ${inWords(share, details.goodParts)}`;
  return decision === "good" ? `good, though ${told}` : told;
}

/** How far out the columns behind the worst place are; where these push nothing, how far the strongest of all is. */
function shareOf({ contributions, worst }: DetailedVerdict["details"]): number | undefined {
  const pushing = contributions.filter(({ logit, strongest }) => logit > 0 && strongest?.share !== undefined);
  const there = pushing.find(({ source, segment }) => source === worst?.detector && segment === worst?.segment);
  return (there ?? pushing[0])?.strongest?.share;
}

function inWords(share: number, parts?: number): string {
  if (share < 1) return `stranger than in ${Math.min(99, Math.round(100 * share))} of 100 good parts`;
  return parts === undefined ? "stranger than in all good parts" : `stranger than in all ${parts} good parts`;
}
