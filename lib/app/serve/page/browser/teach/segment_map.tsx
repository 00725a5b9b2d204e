/** The segment map of a project: painted over the mean good picture or any part. @module */
import { useEffect, useState } from "preact/hooks";
import type { Part, Parts, Project, Segments } from "../api.ts";
import { ask } from "../kit/request.ts";
import { useResource } from "../kit/resource.ts";
import { attempt, say } from "../kit/toast.tsx";
import { loadPixels, readMapFiles } from "../paint/files.ts";
import { addSegment, fromLegend, type Pixels, readPainting, type Segment, UNPAINTED } from "../paint/legend.ts";
import type { Raster } from "../paint/raster.ts";
import { by } from "../person.ts";
import { Painter } from "./painter.tsx";

/** What is painted on. */
interface Ground {
  readonly pixels: Pixels;
  readonly picture: ImageBitmap;
}

/** A map on its way to the painter; another one is another painting. */
interface Start {
  readonly raster: Raster;
  readonly segments: readonly Segment[];
  readonly kept: boolean;
}

export function SegmentMap({ project }: { project: Project }) {
  const base = `/v1/projects/${project.name}`;
  const parts = useResource<Parts>(`${base}/parts?role=training&label=good&limit=40&order=name`);
  const [mean, setMean] = useState<Pixels>();
  const [over, setOver] = useState("mean");
  const [ground, setGround] = useState<Ground>();
  const [start, setStart] = useState<Start>();
  const [problem, setProblem] = useState<string>();
  const [waiting, setWaiting] = useState<string>();

  useEffect(() => {
    open(base, project.segments).then(({ mean, start }) => {
      setMean(mean);
      setStart(start);
    }, (error) => setProblem(error instanceof Error ? error.message : String(error)));
  }, [base]);
  useEffect(() => {
    if (!mean) return;
    const chosen: Part | undefined = parts.data?.parts.find(({ id }) => `${id}` === over);
    let current = true;
    attempt(async () => {
      const pixels = chosen ? await loadFitting(`${chosen.links.thumbnail}?size=1024`, mean) : mean;
      const data = new ImageData(new Uint8ClampedArray(pixels.data), pixels.width, pixels.height);
      const picture = await createImageBitmap(data);
      if (current) setGround({ pixels, picture });
    });
    return () => {
      current = false;
    };
  }, [mean, over]);

  const suggest = (way: "clusters" | "foreground", count?: number) =>
    attempt(async () => {
      setWaiting(way === "clusters" ? "Looking for places that are alike …" : "Looking for the part …");
      try {
        const found = await ask<Segments>("POST", `${base}/segments/suggest`, { way, ...count && { parts: count } });
        setStart(await startOf(found, found.png!, mean!));
      } finally {
        setWaiting(undefined);
      }
    });
  const importFiles = (files: File[]) =>
    attempt(async () => {
      const { pixels, legend } = await readMapFiles(files);
      setStart({ ...readPainting(pixels, legend && fromLegend(legend), mean!), kept: false });
      say("The map is read: look at it, and keep it");
    });
  const keep = async (map: Blob, legend: string) => {
    const form = new FormData();
    form.append("map", map, "map.png");
    form.append("legend", legend);
    form.append("by", by().by ?? "");
    const kept = await attempt(() => ask("PUT", `${base}/segments`, form));
    if (kept) say("The segment map is kept: train to use it");
    return kept;
  };

  if (problem) return <p class="card note review" role="alert">{problem}</p>;
  if (!start || !ground || !mean) return <p class="card empty" aria-busy="true">Loading the mean good picture …</p>;
  return (
    <Painter
      key={`${start.raster.width} ${start.raster.height}`}
      name={project.name}
      start={start}
      picture={ground.picture}
      pixels={ground.pixels}
      busy={waiting}
      grounds={[
        { value: "mean", title: "Mean of the good pictures" },
        ...(parts.data?.parts ?? []).map(({ id, name }) => ({ value: `${id}`, title: name })),
      ]}
      ground={over}
      onGround={setOver}
      onSuggest={suggest}
      onImport={importFiles}
      onKeep={keep}
      onDelete={project.segments
        ? () =>
          attempt(async () => {
            await ask("DELETE", `${base}/segments`);
            setStart(blank(mean));
            say("The segment map is removed");
          })
        : undefined}
    />
  );
}

async function open(base: string, there: boolean): Promise<{ mean: Pixels; start: Start }> {
  const mean = await loadPixels(`${base}/mean`).catch(() => {
    throw new Error("There is no good picture yet: add some first, the map is painted over their mean");
  });
  if (!there) return { mean, start: blank(mean) };
  const kept = await ask<Segments>("GET", `${base}/segments`);
  return { mean, start: { ...await startOf(kept, `${base}/segments.png?kept=1`, mean), kept: true } };
}

async function startOf(found: Segments, link: string, size: Pixels): Promise<Start> {
  const labels = found.segments.map((segment, value) => ({ value, ...segment }));
  const pixels = await loadPixels(link);
  return { ...readPainting(pixels, fromLegend({ name: "", labels }), size), kept: false };
}

function blank({ height, width }: Pixels): Start {
  const { segments } = addSegment([])!;
  return { raster: { height, width, labels: new Uint8Array(height * width).fill(UNPAINTED) }, segments, kept: false };
}

/** A picture brought to a size, as the model brings it. */
async function loadFitting(link: string, { height, width }: Pixels): Promise<Pixels> {
  const blob = await (await fetch(link)).blob();
  const bitmap = await createImageBitmap(blob, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
  const context = new OffscreenCanvas(width, height).getContext("2d")!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { height, width, data: context.getImageData(0, 0, width, height).data };
}
