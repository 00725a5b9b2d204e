// Checking a model by its certificate, in Node.js and in browsers.
const DECISIONS = ["good", "review", "bad"];

/** Bytes of a file of the export as `read` gives them, where they are those that were certified. */
export async function readCertified({ file, sha256 }, read) {
  const bytes = await read(file);
  // Pages that are not from this machine or over https have no digests.
  if (!globalThis.crypto?.subtle) return bytes;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found === sha256) return bytes;
  throw new Error(`Cannot use "${file}" as it is not the file that was certified`);
}

/** An array of NumPy's .npy format, version 1, C order: u8 or f32. */
function readNpy(buffer) {
  const length = new DataView(buffer).getUint16(8, true);
  const header = new TextDecoder("latin1").decode(new Uint8Array(buffer, 10, length));
  const shape = /'shape': \(([^)]*)\)/.exec(header)[1].split(",").filter((size) => size.trim()).map(Number);
  const data = buffer.slice(10 + length);
  return { shape, data: header.includes("<f4") ? new Float32Array(data) : new Uint8Array(data) };
}

function mapDifference(found, { shape: [count], data }) {
  const pixels = data.length / count;
  let worst = 0;
  for (let k = 0; k < count; k++) {
    let [most, difference] = [1e-30, 0];
    for (let i = k * pixels; i < (k + 1) * pixels; i++) {
      most = Math.max(most, Math.abs(data[i]));
      difference = Math.max(difference, Math.abs(found[i] - data[i]));
    }
    worst = Math.max(worst, difference / most);
  }
  return worst;
}

/** What a session says of the reference pictures, beside what it must say. */
export async function verify(ort, session, certificate, read) {
  const found = [];
  for (const reference of certificate.references) {
    const array = async (entry) => entry && readNpy(await readCertified(entry, read));
    const bytes = ({ shape, data }) => new ort.Tensor("uint8", data, [1, ...shape]);
    const [picture, segments, maps] = [
      await array(reference.picture),
      await array(reference.segments),
      await array(reference.maps),
    ];
    const outputs = await session.run(
      { picture: bytes(picture), ...segments && { segments: bytes(segments) } },
      ["score", "decision", ...maps ? ["maps"] : []],
    );
    const score = outputs.score.data[0];
    const decision = DECISIONS[Number(outputs.decision.data[0])];
    const scoreError = Math.abs(score - reference.score) / Math.max(1, Math.abs(reference.score));
    const mapError = maps ? mapDifference(outputs.maps.data, maps) : 0;
    const holds = scoreError <= certificate.tolerance.score && mapError <= certificate.tolerance.map &&
      decision === reference.decision;
    found.push({ name: reference.name, score, expected: reference.score, scoreError, mapError, decision, holds });
  }
  return found;
}
