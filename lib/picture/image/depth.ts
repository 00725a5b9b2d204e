/** How samples of 16 bits become 8. @module */

/**
 * What to do with a picture of 16 bits a sample. Pictures of 8 bits or fewer never see it.
 *
 * - `"reject"`: an error. The default, as a camera's 10, 12 or 14 bits in a file of 16 look black when they are scaled
 *   by the file's range, and lose detail when they are cut.
 * - `{ kind: "scale" }`: the full range, 0 to 65535 become 0 to 255 (divided by 257, rounded).
 * - `{ kind: "window", low, high }`: `low` becomes 0 and `high` 255, linear between, rounded half up. Samples outside
 *   would saturate: more of them than the share `clip` (0 to 1, default 0) are an error that counts them.
 */
export type DepthPolicy =
  | "reject"
  | { readonly kind: "scale" }
  | { readonly kind: "window"; readonly low: number; readonly high: number; readonly clip?: number };

/**
 * 16-bit samples to 8 bits by a policy; the message of the error is a reason, to be put after "Cannot decode … as".
 *
 * @throws {RangeError} where the policy rejects, is not a window, or would saturate more samples than it allows
 *
 * ```ts
 * import { reduceDepth } from "./depth.ts";
 * const eight = reduceDepth(new Uint16Array([0, 2048, 4095]), { kind: "window", low: 0, high: 4095 });
 * console.assert(eight[1] === 128 && eight[2] === 255);
 * ```
 */
export function reduceDepth(samples: Uint16Array, policy: DepthPolicy = "reject"): Uint8Array<ArrayBuffer> {
  if (policy === "reject") {
    throw new RangeError(`${depthMissing()}; samples here are ${describeRange(samples)}`);
  }
  const table = policy.kind === "scale" ? scaleTable() : windowTable(policy.low, policy.high);
  if (policy.kind === "window") checkClipping(samples, policy.low, policy.high, policy.clip ?? 0);
  const out = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) out[i] = table[samples[i]];
  return out;
}

/** Why 16 bits are refused without a policy, and how to give one. */
export function depthMissing(): string {
  return "it has 16 bits a sample and no depth policy says how they become 8: give --depth scale for the full range " +
    'or --depth LOW-HIGH for a part of it (in a pipeline file picture.depth, in a program depth: { kind: "scale" } or ' +
    '{ kind: "window", low, high })';
}

function scaleTable(): Uint8Array {
  return Uint8Array.from({ length: 65536 }, (_, value) => Math.floor((value + 128) / 257));
}

function windowTable(low: number, high: number): Uint8Array {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new RangeError(`the depth window is ${low} to ${high} and must go from a lower to a higher finite number`);
  }
  return Uint8Array.from({ length: 65536 }, (_, value) => {
    return Math.floor(Math.min(1, Math.max(0, (value - low) / (high - low))) * 255 + 0.5);
  });
}

function checkClipping(samples: Uint16Array, low: number, high: number, clip: number): void {
  if (!(clip >= 0 && clip <= 1)) {
    throw new RangeError(`the share of samples that may be clipped is ${clip} and must be from 0 to 1`);
  }
  let outside = 0;
  for (let i = 0; i < samples.length; i++) if (samples[i] < low || samples[i] > high) outside++;
  if (outside > clip * samples.length) {
    throw new RangeError(
      `${outside} of ${samples.length} samples lie outside the depth window ${low} to ${high}, more than the share ` +
        `${clip} that may be clipped: samples here are ${describeRange(samples)}`,
    );
  }
}

function describeRange(samples: Uint16Array): string {
  let low = 65535;
  let high = 0;
  for (let i = 0; i < samples.length; i++) {
    if (samples[i] < low) low = samples[i];
    if (samples[i] > high) high = samples[i];
  }
  return `${low} to ${high}`;
}
