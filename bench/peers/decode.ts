/** Decoding and resizing pictures, beside PIL. @module */
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { readPixels } from "../../lib/picture/image/decode.ts";
import { encodePng } from "../../lib/picture/image/encode.ts";
import { toPhoto } from "../../lib/picture/image/pixels.ts";
import { resizePixels } from "../../lib/picture/image/resize.ts";
import { writeFileAtomic } from "../../lib/base/io/atomic.ts";
import { seededRandom } from "../../lib/base/tensor/random.ts";
import { photo as photoOf } from "../../lib/domain.ts";
import type { PeerCase } from "./case.ts";

const SIZE = 512;
const PICTURES = 8;

/** A smooth picture with the noise of a camera, as PNG and as JPEG, where `decode.py` reads them too. */
async function writeInput(): Promise<string[]> {
  const random = seededRandom(3);
  const data = new Uint8Array(SIZE * SIZE * 3);
  for (let i = 0; i < SIZE * SIZE; i++) {
    const grey = 128 + 80 * Math.sin(i % SIZE / 37) * Math.cos(Math.floor(i / SIZE) / 53) + 4 * random.normal();
    [grey, grey * 0.9 + 10, grey * 0.8 + 5].forEach((value, c) => data[3 * i + c] = Math.max(0, Math.min(255, value)));
  }
  const photo = photoOf([SIZE, SIZE, 3], data);
  const jpeg = await sharp(data, { raw: { width: SIZE, height: SIZE, channels: 3 } }).jpeg({ quality: 90 }).toBuffer();
  const [png, jpg] = ["png", "jpg"].map((ending) => join(tmpdir(), "segad-bench-decode", `512.${ending}`));
  await writeFileAtomic(png, await encodePng(photo));
  await writeFileAtomic(jpg, jpeg);
  return [png, jpg];
}

async function load(path: string): Promise<Uint8Array> {
  return toPhoto(resizePixels(await readPixels(path), { height: 256, width: 256 })).data;
}

const peer: PeerCase = {
  name: "decode, 8 PNG + 8 JPEG, 512² to 256²",
  about: "files to 8-bit RGB, resized bilinearly, one after another; the peer is PIL, the pixels are equal",
  script: "decode.py",
  async ours(repeats) {
    const paths = await writeInput();
    for (let i = 0; i < 20; i++) for (const path of paths) await load(path); // a compiler that warms up
    const seconds: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const start = performance.now();
      for (const path of paths) {
        for (let i = 0; i < PICTURES; i++) await load(path);
      }
      seconds.push((performance.now() - start) / 1000);
    }
    return seconds;
  },
};
export default peer;
