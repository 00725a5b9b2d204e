/**
 * Draws a small set of maps in the layout that SegAD's published code reads, for tests and to try `--maps` with:
 *
 *     deno run --allow-read --allow-write --allow-env tools/draw_reference_maps.ts DIR
 *
 * Two classes of 40 good and 30 bad parts. Segments lie elsewhere in every part; some are empty, some of one value.
 * Each class has one detector in single and one in double precision.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { writeNpy } from "../lib/base/io/npy.ts";
import { type Random, seededRandom } from "../lib/base/tensor/random.ts";
import { type Dim, type Tensor, tensor } from "../lib/base/tensor/tensor.ts";

const [HEIGHT, WIDTH] = [40, 48];

interface Part {
  readonly label: "good" | "bad";
  readonly name: string;
}

/** Writes the set; the same bytes every time. */
export async function drawReferenceMaps(root: string): Promise<void> {
  await drawClass(root, "candle", 2, { efficient_ad: "f32", rd4ad: "f64" }, seededRandom(1));
  await drawClass(root, "pcb1", 6, { efficient_ad: "f64", rd4ad: "f32" }, seededRandom(2));
}

async function drawClass(
  root: string,
  name: string,
  count: number,
  detectors: Readonly<Record<string, "f32" | "f64">>,
  random: Random,
): Promise<void> {
  const good = Array.from({ length: 40 }, (_, i): Part => ({ label: "good", name: String(i).padStart(3, "0") }));
  // Names of good and bad parts are the same in VisA: 000, 001, …
  const bad = Array.from({ length: 30 }, (_, i): Part => ({ label: "bad", name: String(i).padStart(3, "0") }));
  const training = good.slice(0, 20);
  const mixed = [...good.slice(20), ...bad];
  const test = Array.from(random.permutation(mixed.length), (i) => mixed[i]);
  const tables = new Map(Object.keys(detectors).map((detector) => [detector, new Map<Part, number>()]));
  for (const part of [...good, ...bad]) {
    const segments = drawSegments(count, random);
    await writeArray(join(root, "visa_segm", name, part.label, `${part.name}.npy`), segments);
    for (const [detector, dtype] of Object.entries(detectors)) {
      const map = drawMap(part, segments.data as Uint8Array, random, dtype);
      await writeArray(join(root, "anomaly_maps", detector, name, "anomaly_maps", part.label, `${part.name}.npy`), map);
      tables.get(detector)!.set(part, Math.max(...map.data));
    }
  }
  for (const [detector, scores] of tables) {
    const folder = join(root, "anomaly_maps", detector, name);
    for (const [file, parts] of [["df_training", training], ["df_test", test]] as const) {
      const lines = parts.map((part, i) =>
        `${i},anomaly_maps/${part.label}/${part.name}.npy,${part.label === "bad" ? 1 : 0},${scores.get(part)}`
      );
      await writeFile(
        join(folder, `${file}.csv`),
        `,an_map_path,label,prediction_an_det\n${lines.join("\n")}\n`,
      );
    }
  }
}

/** Bands of a slope and place of their own; the last label is missing in every fifth part. */
function drawSegments(count: number, random: Random): Tensor<"u8", readonly Dim[], string> {
  const [slope, shift, without] = [random.uniform() - 0.5, random.uniform() * 20, random.below(5) === 0];
  const data = Uint8Array.from({ length: HEIGHT * WIDTH }, (_, i) => {
    const place = (i % WIDTH + shift + slope * Math.floor(i / WIDTH)) / (WIDTH + 20);
    const label = Math.max(0, Math.min(count - 1, Math.floor(place * count)));
    return without && label === count - 1 ? 0 : label;
  });
  return tensor<"u8", readonly Dim[], string>("u8", [HEIGHT, WIDTH], data);
}

/** Noise with a long tail, a peak in most bad parts, and one even segment in some parts. */
function drawMap(part: Part, labels: Uint8Array, random: Random, dtype: "f32" | "f64") {
  const peak = part.label === "bad" && random.uniform() < 0.8 ? 0.3 * random.uniform() : 0;
  const [x0, y0] = [random.below(WIDTH), random.below(HEIGHT)];
  const even = random.below(6) === 0 ? random.below(2) : -1;
  const level = random.uniform();
  const values = Array.from(labels, (label, i) => {
    const noise = random.uniform();
    if (label === even) return level;
    const far = (i % WIDTH - x0) ** 2 + (Math.floor(i / WIDTH) - y0) ** 2;
    return noise * noise * noise + peak * 20 / (20 + far);
  });
  return dtype === "f32"
    ? tensor<"f32", readonly Dim[], string>("f32", [HEIGHT, WIDTH], Float32Array.from(values))
    : tensor<"f64", readonly Dim[], string>("f64", [HEIGHT, WIDTH], Float64Array.from(values));
}

async function writeArray(path: string, value: Parameters<typeof writeNpy>[0]): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, writeNpy(value));
}

if (import.meta.main) await drawReferenceMaps(process.argv[2]);
