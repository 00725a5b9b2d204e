/**
 * Who takes the places of a picture's entries in the bank where the picture is left out.
 *
 * An entry was chosen because it is far from all others, so that without it there is a hole, which a fit on the other pictures
 * would have filled: it leaves none of their patches farther from its bank than about the radius, the least distance of two
 * entries. Left empty, the hole makes the picture look stranger than one that was never seen, by as much as its own entries make
 * it look more usual. So the greedy choice is taken up there: of the patches of other pictures whose nearest entry is left
 * out, the farthest from all that is in the bank is taken, again and again, until none is farther than the radius.
 * @module
 */
import { add, argMin, cast, equal, gather, mul, reshape } from "../../../engine/graph/ops.ts";
import { buildModel } from "../../../engine/graph/model.ts";
import { input, literal } from "../../../engine/graph/value.ts";
import { tensor } from "../../../base/tensor/tensor.ts";
import type { LeftOutContext } from "../contract.ts";
import type { PatchExtractor } from "../patch_features.ts";
import { type Bank, distancesTo, openNearest, rankEntries, SKIPPED } from "./nearest.ts";
import { squaredDistance } from "./apply.ts";

/** One of so many patches is looked at, another one in each picture. */
const EVERY = 2;
/** Candidates kept for each entry that is left out, the farthest. */
const KEPT = 40;

interface Candidate {
  readonly row: Float32Array;
  distance: number;
}

/**
 * For each picture of the fit the patches that take the places of its entries.
 *
 * @param owners the picture of each entry
 * @returns f32[·, channels] by the number of the picture; none for pictures that own no entry
 */
export async function understudiesOf(
  context: LeftOutContext,
  extractor: PatchExtractor,
  bank: Bank,
  owners: Int32Array,
): Promise<ReadonlyMap<number, Float32Array>> {
  const { channels } = bank;
  const own = new Map<number, number>();
  for (const owner of owners) own.set(owner, (own.get(owner) ?? 0) + 1);
  const radius = await radiusOf(context, bank);
  const candidates = new Map<number, Candidate[]>();
  const search = await openRivals(context, bank, owners);
  let number = 0;
  try {
    for await (const { features } of context.batches()) {
      context.signal?.throwIfAborted();
      const { data, shape: [N, P] } = await extractor.extract(features);
      for (let n = 0; n < N; n++, number++) {
        const places = Array.from({ length: P }, (_, p) => p).filter((p) => (p + number) % EVERY === 0);
        const queries = new Float32Array(places.length * channels);
        places.forEach((p, i) =>
          queries.set(data.subarray((n * P + p) * channels, (n * P + p + 1) * channels), i * channels)
        );
        const { nearest, distances } = await search.run(queries);
        for (let i = 0; i < places.length; i++) {
          const owner = owners[nearest[i]];
          if (owner === number || distances[i] <= radius) continue;
          const row = queries.subarray(i * channels, (i + 1) * channels);
          keep(candidates, owner, { row, distance: distances[i] }, KEPT * own.get(owner)!);
        }
      }
      context.onProgress?.(number, context.pictures, "left-out pictures");
    }
  } finally {
    await search.release();
  }
  return new Map(Array.from(candidates, ([owner, some]) => {
    const chosen = chooseFarthest(some, radius, channels);
    return [owner, Float32Array.from(chosen.flatMap((row) => [...row]))];
  }));
}

function keep(all: Map<number, Candidate[]>, owner: number, candidate: Candidate, most: number): void {
  const some = all.get(owner) ?? [];
  all.set(owner, some);
  some.push({ ...candidate, row: candidate.row.slice() });
  if (some.length <= 2 * most) return;
  some.sort((a, b) => b.distance - a.distance);
  some.length = most;
}

/** Greedily the farthest from what is there and from those chosen before, until none is farther than the radius. */
function chooseFarthest(candidates: Candidate[], radius: number, channels: number): Float32Array[] {
  const chosen: Float32Array[] = [];
  for (;;) {
    const next = candidates.reduce((best, each) => each.distance > best.distance ? each : best, candidates[0]);
    if (!(next.distance > radius)) return chosen;
    chosen.push(next.row);
    for (const each of candidates) {
      const to = Math.sqrt(squaredDistance({ rows: next.row, channels }, 0, each.row));
      each.distance = Math.min(each.distance, to);
    }
  }
}

/** How far the nearest two entries are from each other: none of the choice was nearer to those before it. */
async function radiusOf({ runtime }: LeftOutContext, bank: Bank): Promise<number> {
  const count = bank.rows.length / bank.channels;
  if (count < 2) return 0;
  const pairs = await openNearest(runtime, bank, 2);
  try {
    const { indices } = await pairs.search(bank.rows);
    let least = Infinity;
    for (let i = 0; i < count; i++) {
      // Of two equal entries either may come first.
      const other = indices[2 * i] === i ? indices[2 * i + 1] : indices[2 * i];
      const row = bank.rows.subarray(i * bank.channels, (i + 1) * bank.channels);
      least = Math.min(least, squaredDistance(bank, other, row));
    }
    return Math.sqrt(least);
  } finally {
    await pairs.release();
  }
}

/** Entries of the matrix of queries and bank that are held at once. */
const AT_ONCE = 1 << 19;

/** For each query its nearest entry, and the distance to the nearest one that is of another picture than that. */
async function openRivals({ runtime }: LeftOutContext, bank: Bank, owners: Int32Array) {
  const { channels } = bank;
  const count = owners.length;
  const queries = input("queries", "f32", ["R", channels]);
  const ranks = rankEntries(queries, bank);
  const pictures = literal({ dtype: "f32", shape: [count], data: Float32Array.from(owners) }, "owners");
  const first = argMin(ranks, { axis: 1 });
  const same = cast(
    equal(gather(pictures, reshape(first, ["R", 1]), { axis: 0 }), reshape(pictures, [1, count])),
    "f32",
  );
  const far = literal({ dtype: "f32", shape: [], data: Float32Array.of(SKIPPED) }, "far");
  const distances = distancesTo(queries, bank, argMin(add(ranks, mul(same, far)), { axis: 1 }));
  const session = await runtime.open(
    buildModel({ inputs: [queries], outputs: { nearest: first, distances }, name: "rivals" }),
    "nearest neighbours of other pictures",
  );
  const most = Math.max(1, Math.floor(AT_ONCE / count));
  return {
    async run(all: Float32Array): Promise<{ nearest: Int32Array; distances: Float32Array }> {
      const size = all.length / channels;
      const found = { nearest: new Int32Array(size), distances: new Float32Array(size) };
      for (let from = 0; from < size; from += most) {
        const to = Math.min(size, from + most);
        const part = tensor(
          "f32",
          [to - from, channels],
          all.subarray(from * channels, to * channels),
        );
        const { nearest, distances } = await session.run({ queries: part });
        found.nearest.set(nearest.data as Int32Array, from);
        found.distances.set(distances.data as Float32Array, from);
      }
      return found;
    },
    release: session.release,
  };
}
