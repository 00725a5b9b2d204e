// The page of an exported model: checks it by its certificate, then judges pictures and what a camera sees.
import { resize } from "./resize.mjs";
import { readCertified, verify } from "./verify.mjs";

// It lies here in the folder of an export alone.
const ort = await import(new URL("./ort/ort.webgpu.min.mjs", import.meta.url).href);
const DECISIONS = ["good", "review", "bad"];
const WORDS = { good: "Good", review: "Look at it", bad: "Bad" };
const BASE = new URL("..", import.meta.url);
const of = (id) => document.getElementById(id);
const wanted = new URLSearchParams(location.search).get("device");

ort.env.wasm.wasmPaths = new URL("./ort/", import.meta.url).href;
// Threads share memory, which only servers that isolate the page allow.
if (!globalThis.crossOriginIsolated) ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

async function read(file) {
  const response = await fetch(new URL(file, BASE));
  if (!response.ok) throw new Error(`Cannot read "${file}" as the server answers ${response.status}`);
  return await response.arrayBuffer();
}

/** What the card of the model says, as far as the page shows it. */
let card, session, shown;

/** The fastest device whose answers are certified. */
async function open(model, certificate) {
  const devices = wanted ? [wanted] : [...navigator.gpu ? ["webgpu"] : [], "wasm"];
  let said = "";
  for (const device of devices) {
    try {
      const opened = await ort.InferenceSession.create(model, { executionProviders: [device] });
      const found = await verify(ort, opened, certificate, read);
      const held = found.filter(({ holds }) => holds).length;
      if (held === found.length) {
        return { opened, text: `${said}${held} of ${found.length} reference pictures hold, on ${device}` };
      }
      const worst = Math.max(...found.map(({ scoreError }) => scoreError));
      said += `${found.length - held} of ${found.length} reference pictures fail on ${device}, scores by up to ${
        worst.toExponential(1)
      }. `;
      await opened.release();
    } catch (error) {
      said += `${device} cannot run the model (${error.message}). `;
    }
  }
  throw new Error(`${said}This browser must not judge with it.`);
}

/** RGB of a picture or of a frame of the camera, upright, as its file has the numbers. */
async function pixelsOf(source) {
  const bitmap = await createImageBitmap(source, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const { width, height, data: rgba } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  bitmap.close();
  const data = new Uint8Array(width * height * 3);
  for (let i = 0, at = 0; i < rgba.length; i += 4) {
    data[at++] = rgba[i];
    data[at++] = rgba[i + 1];
    data[at++] = rgba[i + 2];
  }
  return { width, height, data };
}

async function judge(source) {
  const size = card.model.picture;
  const { data } = resize(await pixelsOf(source), size, size.filter);
  const begun = performance.now();
  const outputs = await session.run({ picture: new ort.Tensor("uint8", data, [1, size.height, size.width, 3]) });
  shown = { data, outputs, milliseconds: performance.now() - begun };
  show();
}

function show() {
  const { outputs, milliseconds } = shown;
  const decision = DECISIONS[Number(outputs.decision.data[0])];
  of("verdict").textContent = WORDS[decision];
  of("verdict").className = decision;
  const { threshold } = card.model.decision;
  of("score").dataset.score = outputs.score.data[0];
  of("score").textContent = `Score ${outputs.score.data[0].toFixed(3)}, bad from ${threshold.toFixed(3)}; ` +
    `${milliseconds.toFixed(0)} ms`;
  draw();
  const moves = card.groups.map((group, i) => ({ ...group, logit: outputs.contributions.data[i] }))
    .sort((a, b) => b.logit - a.logit).slice(0, 6);
  of("contributions").hidden = moves.length === 0;
  of("contributions").tBodies[0].replaceChildren(...moves.map(({ segment, source, logit }) => {
    const row = document.createElement("tr");
    const title = card.detectors.find(({ name }) => name === source)?.title ?? source;
    row.append(...[segment ?? "whole picture", title, (logit > 0 ? "+" : "") + logit.toFixed(2)].map((text) => {
      const cell = document.createElement("td");
      cell.textContent = text;
      return cell;
    }));
    return row;
  }));
}

/** The picture with a map over it: clear where it is as usual, red where it is strangest. */
function draw() {
  const { height, width } = card.model.picture;
  const { data, outputs } = shown;
  const canvas = of("canvas");
  [canvas.width, canvas.height] = [width, height];
  const image = new ImageData(width, height);
  const k = Number(of("map").value);
  const map = k < 0 ? undefined : outputs.maps.data.subarray(k * width * height, (k + 1) * width * height);
  const sorted = map && Float32Array.from(map).sort();
  const [low, high] = map ? [sorted[sorted.length >> 1], sorted[sorted.length - 1]] : [0, 1];
  for (let i = 0; i < width * height; i++) {
    const heat = map ? Math.min(1, Math.max(0, (map[i] - low) / Math.max(high - low, 1e-30))) : 0;
    const share = 0.75 * heat;
    for (let c = 0; c < 3; c++) {
      const warm = c === 0 ? 255 : c === 1 ? 255 * (1 - heat) : 0;
      image.data[i * 4 + c] = (1 - share) * data[i * 3 + c] + share * warm;
    }
    image.data[i * 4 + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

async function tell(work) {
  of("error").textContent = "";
  try {
    return await work();
  } catch (error) {
    of("error").textContent = error.message;
  }
}

async function begin() {
  const certificate = await (await fetch(new URL("certificate.json", BASE))).json();
  const bytes = await readCertified(certificate.model, read);
  card = certificate.card;
  if (card.segments) {
    throw new Error("The page cannot judge with this model, as it wants a segment map with each picture.");
  }
  of("name").textContent = card.model.pipeline === "fit" ? card.judge : card.model.pipeline;
  of("about").textContent = `${card.model.method}: ${card.detectors.map(({ title }) => title).join(", ")}`;
  const { opened, text } = await open(new Uint8Array(bytes), certificate);
  session = opened;
  of("state").textContent = text;
  of("map").replaceChildren(
    ...[...card.detectors.map(({ title }, k) => [k, title]), [-1, "none"]].map(([value, title]) => {
      const option = document.createElement("option");
      [option.value, option.textContent] = [value, title];
      return option;
    }),
  );
  of("file").disabled = false;
  of("camera").disabled = !navigator.mediaDevices;
}

of("file").addEventListener("change", ({ target }) => target.files[0] && tell(() => judge(target.files[0])));
of("map").addEventListener("change", () => shown && draw());
of("drop").addEventListener("dragover", (event) => {
  event.preventDefault();
  of("drop").classList.add("over");
});
of("drop").addEventListener("dragleave", () => of("drop").classList.remove("over"));
of("drop").addEventListener("drop", (event) => {
  event.preventDefault();
  of("drop").classList.remove("over");
  const [file] = event.dataTransfer.files;
  if (file && session) tell(() => judge(file));
});
of("camera").addEventListener("click", () =>
  tell(async () => {
    const video = of("video");
    if (!video.hidden) {
      for (const track of video.srcObject.getTracks()) track.stop();
      video.hidden = true;
      of("camera").textContent = "Camera";
      return;
    }
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    await video.play();
    video.hidden = false;
    of("camera").textContent = "Stop";
    while (!video.hidden) {
      await judge(video);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }));

begin().catch((error) => {
  of("state").textContent = "";
  of("error").textContent = error.message;
});
