/** Parts as the active model sees them: drawings, maps, and what a score is made of. @module */
import { type } from "arktype";
import { decodePixels } from "../../../picture/image/decode.ts";
import { encodeGrey } from "../../../picture/image/encode.ts";
import { toPixels } from "../../../picture/image/pixels.ts";
import { encodePreview } from "../../../picture/image/preview.ts";
import { shaped } from "../../../base/tensor/tensor.ts";
import { findPart } from "../../../product/station/parts.ts";
import { readPicture } from "../../../product/station/pictures.ts";
import { findProject } from "../../../product/station/projects.ts";
import { MissingError } from "../../../product/station/station.ts";
import { openCloserLook } from "../closer_look.ts";
import type { ServiceContext } from "../context.ts";
import { type Route, route } from "../http/route.ts";
import { structure } from "../structure.ts";

export function closerLookRoutes({ station, models, limits }: ServiceContext): Route[] {
  const lookAt = openCloserLook(station, models);

  async function aligns(project: string): Promise<boolean> {
    if (findProject(station, project).active === null) return false;
    const { model, release } = await models.lease(project);
    release();
    return model.scorer.model.picture.align !== undefined;
  }

  return [
    route({
      method: "get",
      path: "/v1/parts/:part/judged",
      tag: "parts",
      about: "A small picture of the part as it is judged: turned and moved, where the active model aligns",
      gives: "image/jpeg",
      query: type({ "size?": "string.integer.parse" }),
      async handle({ id, query: { size = 512 } }) {
        const part = findPart(station, id("part"));
        const pixels = await aligns(part.project)
          ? toPixels((await lookAt(part)).photo)
          : await decodePixels(await readPicture(station, part.sha256), {
            depth: { kind: "scale" },
            maxPixels: limits.maxPixels,
          });
        const bytes = await encodePreview(pixels, Math.min(2048, Math.max(16, size)));
        return new Response(bytes, { headers: { "content-type": "image/jpeg", "cache-control": "no-cache" } });
      },
    }),
    route({
      method: "get",
      path: "/v1/parts/:part/overlay",
      tag: "parts",
      about: "The part with what was found in it: the map as colours, the segments' outlines, and a box",
      gives: "image/png",
      query: type({
        "size?": "string.integer.parse",
        "without?": type("string").describe("layers that are left out, with commas: photo, map, outline, box"),
        "ground?": type("'0' | '1'").describe("0 leaves the photo out"),
      }),
      async handle({ id, query: { size = 512, without = "", ground } }) {
        const { photo, verdict, scorer, version } = await lookAt(findPart(station, id("part")));
        const left = [...without.split(","), ...ground === "0" ? ["photo"] : []];
        // What draws is loaded when the first drawing is wanted.
        const { drawOverlay } = await import("../../../product/verdict/overlay.ts");
        const png = await drawOverlay(verdict, photo, {
          side: Math.min(2048, Math.max(64, size)),
          without: (["photo", "map", "outline", "box"] as const).filter((one) => left.includes(one)),
          ranges: scorer.goodParts?.ranges,
        });
        return picture(png, version);
      },
    }),
    route({
      method: "get",
      path: "/v1/parts/:part/map",
      tag: "parts",
      about: "The map of a detector as grey values, from its lowest to its highest value",
      gives: "image/png",
      query: type({ "detector?": "string" }),
      async handle({ id, query: { detector } }) {
        const { verdict: { details }, version } = await lookAt(findPart(station, id("part")));
        const wanted = detector ?? details.worst?.detector ?? details.maps[0]?.name;
        const map = details.maps.find(({ name }) => name === wanted);
        if (!map) {
          throw new MissingError(`Cannot find a map of "${wanted}" among ${details.maps.map(({ name }) => name)}`);
        }
        return picture(await greyMap(map.values, details.size), version);
      },
    }),
    route({
      method: "get",
      path: "/v1/parts/:part/details",
      tag: "parts",
      about: "What the score of a part is made of",
      async handle({ id, request }) {
        const part = findPart(station, id("part"));
        const { version, scorer, ...looked } = await lookAt(part);
        const { verdict } = looked;
        const { contributions, bias, worst, maps, segments } = verdict.details;
        const at = new URL(request.url).pathname.replace(/details$/, "map");
        return {
          version,
          verdict: structure(looked, scorer, 0),
          ...{ contributions, bias, worst },
          maps: maps.map(({ name, title, values }) => {
            const [low, high] = rangeOf(values);
            return { name, title, low, high, link: `${at}?detector=${encodeURIComponent(name)}` };
          }),
          segments: { names: segments.names },
        };
      },
    }),
  ];
}

function greyMap(values: Float32Array, { height, width }: { height: number; width: number }) {
  const [low, high] = rangeOf(values);
  const scale = high > low ? 255 / (high - low) : 0;
  const grey = Uint8Array.from(values, (value) => Math.round(scale * (value - low)));
  return encodeGrey(shaped("u8", ["H", "W"], [height, width], grey));
}

function rangeOf(values: Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** Another version or threshold gives another picture: pages ask again. */
function picture(bytes: Uint8Array, version: number): Response {
  return new Response(new Uint8Array(bytes), {
    headers: { "content-type": "image/png", "cache-control": "private, no-cache", "x-version": String(version) },
  });
}
