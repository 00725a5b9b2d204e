/** Writes verdicts into a station until it is killed, and says of each that is kept its number. */
import process from "node:process";
import { addPart } from "../../../lib/product/station/parts.ts";
import { keepPicture } from "../../../lib/product/station/pictures.ts";
import { openStation } from "../../../lib/product/station/station.ts";
import { addVerdict } from "../../../lib/product/station/verdicts.ts";

const [folder, version] = process.argv.slice(2);
const station = openStation(folder);
for (let i = 0;; i++) {
  const bytes = crypto.getRandomValues(new Uint8Array(2000));
  const sha256 = await keepPicture(station, bytes);
  const id = station.transaction(() => {
    const { part } = addPart(station, {
      ...{ project: "plate", name: `${i}.png`, source: "watch", role: "judged" },
      ...{ width: 1, height: 1, bytes: bytes.length, sha256 },
    });
    return addVerdict(station, {
      ...{ project: "plate", part: part.id, version: Number(version), name: `${i}.png`, source: "watch" },
      verdict: {
        ...{ score: i, decision: "good", threshold: 1, review: null, reason: "", statistics: "", milliseconds: 1 },
        ...{ segments: [], box: null },
      },
    }).id;
  });
  process.stdout.write(`${id} ${sha256}\n`);
}
