/** Pictures of the page's own service, and files that somebody chose, as pixels; files to keep. @module */
import type { LegendFile, Pixels } from "./legend.ts";

/** The pixels of a picture at an address of the service, or of a file. */
export async function loadPixels(from: string | Blob): Promise<Pixels> {
  const bitmap = await createImageBitmap(typeof from === "string" ? await load(from) : from, {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  const { height, width } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { height, width, data: context.getImageData(0, 0, width, height).data };
}

async function load(link: string): Promise<Blob> {
  const [, data] = /^data:image\/png;base64,(.*)$/s.exec(link) ?? [];
  if (data !== undefined) return new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]);
  const response = await fetch(link);
  if (response.ok) return await response.blob();
  throw new Error(`Cannot load the picture: ${response.status} ${response.statusText}`);
}

/**
 * A map and its legend out of files that were chosen together.
 *
 * @throws {SyntaxError} where there is no picture, or the legend is none
 */
export async function readMapFiles(files: readonly File[]): Promise<{ pixels: Pixels; legend?: LegendFile }> {
  const picture = files.find(({ name }) => /\.png$/i.test(name));
  const beside = files.find(({ name }) => /\.json$/i.test(name));
  if (!picture) throw new SyntaxError("Cannot read a map as none of the files is a PNG");
  const pixels = await loadPixels(picture);
  if (!beside) return { pixels };
  const legend = JSON.parse(await beside.text()) as Partial<LegendFile>;
  const fine = Array.isArray(legend.labels) &&
    legend.labels.every((label) =>
      Number.isInteger(label?.value) && label.value >= 0 && label.value <= 255 && typeof label.name === "string" &&
      (label.colour === undefined || /^#[0-9a-f]{6}$/i.test(label.colour))
    );
  if (!fine) throw new SyntaxError(`Cannot read "${beside.name}" as a legend`);
  return { pixels, legend: legend as LegendFile };
}

/** Lets the browser keep a file. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
