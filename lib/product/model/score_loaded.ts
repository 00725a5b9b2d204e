/** Scores of pictures that were loaded, each with a line of its own, whatever happens to the others. @module */
import { describeError } from "../../base/text/describe_error.ts";
import type { Loaded } from "../../picture/image/loader.ts";
import { readSize } from "../../picture/image/size.ts";
import type { Details } from "./details.ts";
import type { Called, NamedPhoto, Scorer, Verdict } from "./scorer.ts";

/** What `score` says of a file. Of one that could not be read, `error` alone. */
export type PictureScore =
  | {
    readonly file: string;
    readonly score: number;
    readonly decision: Called;
    readonly reason: string;
    /** What the verdict is made of, and the picture as it was scored, where they are wanted. */
    readonly closer?: { readonly details: Details } & Pick<NamedPhoto, "photo" | "size">;
    readonly error?: undefined;
  }
  | { readonly file: string; readonly error: string };

/**
 * Scores pictures, in their order.
 *
 * @param shared what is said of pictures that share their segment map with another one, by their paths
 * @param details whether what a verdict is made of is wanted
 */
export async function scoreLoaded(
  scorer: Pick<Scorer, "score" | "goodParts">,
  loaded: readonly Loaded[],
  shared: ReadonlyMap<string, string>,
  details = false,
): Promise<PictureScore[]> {
  const readable = loaded.filter((one): one is Extract<Loaded, { photo: unknown }> =>
    "photo" in one && !shared.has(one.path)
  );
  const pictures = readable.map(async ({ path, photo }) => ({ id: path, photo, size: await sizeOf(scorer, path) }));
  const results = await scoreEach(scorer, await Promise.all(pictures), details);
  return loaded.map((one) => {
    if ("error" in one) return { file: one.path, error: describeError(one.error) };
    return results.get(one.path) ?? { file: one.path, error: shared.get(one.path)! };
  });
}

/** Proportions matter to a model that knows those of its part. */
async function sizeOf({ goodParts }: Pick<Scorer, "goodParts">, path: string): Promise<NamedPhoto["size"]> {
  return goodParts ? await readSize(path).catch(() => undefined) : undefined;
}

/** Scores a batch at once; where that fails, one by one, to find the picture that it was. */
async function scoreEach(
  scorer: Pick<Scorer, "score">,
  pictures: readonly NamedPhoto[],
  details: boolean,
): Promise<Map<string, PictureScore>> {
  try {
    const verdicts = await scored(scorer, pictures, details);
    return new Map(pictures.map(({ id }, i) => [id, { file: id, ...verdicts[i] }]));
  } catch (error) {
    if (pictures.length === 1) {
      return new Map([[pictures[0].id, { file: pictures[0].id, error: describeError(error) }]]);
    }
    const each = await Promise.all(pictures.map((picture) => scoreEach(scorer, [picture], details)));
    return new Map(each.flatMap((one) => [...one]));
  }
}

async function scored(
  scorer: Pick<Scorer, "score">,
  pictures: readonly NamedPhoto[],
  wanted: boolean,
): Promise<(Verdict & Pick<Extract<PictureScore, Verdict>, "closer">)[]> {
  if (!wanted) return await scorer.score(pictures);
  const verdicts = await scorer.score(pictures, { details: true });
  return verdicts.map(({ details, ...verdict }, n) => {
    const { photo, size } = pictures[n];
    return { ...verdict, closer: { details, photo: details.aligned ?? photo, size } };
  });
}
