/** Painting: tools, segments, undo, and what is done with the map. @module */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useKeys } from "../kit/keys.ts";
import { say } from "../kit/toast.tsx";
import { percent } from "../kit/words.ts";
import { PaintCanvas, type Tool, TOOLS } from "../paint/canvas.tsx";
import { brightnessOf, countPixels } from "../paint/draw.ts";
import { findEdges } from "../paint/edges.ts";
import { save } from "../paint/files.ts";
import { NO_HISTORY, recordStep, redo, undo } from "../paint/history.ts";
import { addSegment, type Pixels, problemOf, type Segment, toLegend, UNPAINTED } from "../paint/legend.ts";
import { encodePng } from "../paint/png.ts";
import type { Raster } from "../paint/raster.ts";
import { SegmentList } from "./segment_list.tsx";

interface PainterProps {
  readonly name: string;
  readonly start: { readonly raster: Raster; readonly segments: readonly Segment[]; readonly kept: boolean };
  readonly picture: ImageBitmap;
  readonly pixels: Pixels;
  /** What is being waited for. */
  readonly busy?: string;
  readonly grounds: readonly { readonly value: string; readonly title: string }[];
  readonly ground: string;
  readonly onGround: (value: string) => void;
  readonly onSuggest: (way: "clusters" | "foreground", count?: number) => void;
  readonly onImport: (files: File[]) => void;
  readonly onKeep: (map: Blob, legend: string) => Promise<boolean>;
  readonly onDelete?: () => void;
}

const TOOL_KEYS: Readonly<Record<Tool, string>> = { brush: "b", polygon: "p", trace: "e", fill: "f", alike: "a" };

export function Painter(props: PainterProps) {
  const { start, picture, pixels } = props;
  const [raster, setRaster] = useState(start.raster);
  const [segments, setSegments] = useState(start.segments);
  const [history, setHistory] = useState(NO_HISTORY);
  const [revision, setRevision] = useState(0);
  const [kept, setKept] = useState(start.kept);
  const [tool, setTool] = useState<Tool>("brush");
  const [value, setValue] = useState(start.segments[0]?.value ?? UNPAINTED);
  const [radius, setRadius] = useState(Math.max(2, Math.round(start.raster.width / 40)));
  const [tolerance, setTolerance] = useState(16);
  const [alpha, setAlpha] = useState(0.5);
  const given = useRef(start);
  useEffect(() => {
    if (given.current === start) return;
    // A map that was suggested or read takes the place of the painted one, and can be undone like a stroke.
    const labels = raster.labels.slice();
    raster.labels.set(start.raster.labels);
    setHistory(recordStep(history, labels, raster.labels));
    setSegments(start.segments);
    setValue(start.segments[0]?.value ?? UNPAINTED);
    setKept(false);
    setRevision(revision + 1);
    given.current = start;
  }, [start]);

  const brightness = useMemo(() => brightnessOf(pixels.data), [pixels]);
  const edges = useMemo(() => findEdges(brightness, pixels.height, pixels.width), [brightness]);
  const counts = useMemo(() => countPixels(raster.labels), [raster, revision]);
  const painted = (before: Uint8Array) => {
    setHistory(recordStep(history, before, raster.labels));
    setRevision(revision + 1);
    setKept(false);
  };
  const step = (go: typeof undo) => {
    setHistory(go(history, raster.labels));
    setRevision(revision + 1);
    setKept(false);
  };
  const add = () => {
    const more = addSegment(segments);
    if (!more) return;
    setSegments(more.segments);
    setValue(more.added.value);
    setKept(false);
  };
  const remove = (gone: Segment) => {
    const before = raster.labels.slice();
    for (const [p, label] of before.entries()) if (label === gone.value) raster.labels[p] = UNPAINTED;
    painted(before);
    const others = segments.filter((segment) => segment !== gone);
    setSegments(others);
    if (value === gone.value) setValue(others[0]?.value ?? UNPAINTED);
  };
  const fillRest = () => {
    const before = raster.labels.slice();
    for (const [p, label] of before.entries()) if (label === UNPAINTED) raster.labels[p] = value;
    painted(before);
  };
  const clear = () => {
    const labels = raster.labels.slice();
    raster.labels.fill(UNPAINTED);
    painted(labels);
    setRaster({ ...raster });
  };
  const legend = () => JSON.stringify(toLegend(props.name, segments, raster), undefined, 2) + "\n";
  const keep = async () => {
    setKept(await props.onKeep(await encodePng(raster.labels, raster.height, raster.width), legend()));
  };
  const exportFiles = async () => {
    save(await encodePng(raster.labels, raster.height, raster.width), `${props.name}.png`);
    save(new Blob([legend()], { type: "application/json" }), `${props.name}.json`);
    say(`${props.name}.png and its legend ${props.name}.json are downloaded`);
  };
  useKeys({
    "Ctrl+z": () => step(undo),
    "Ctrl+y": () => step(redo),
    "Ctrl+Shift+z": () => step(redo),
    "[": () => setRadius(Math.max(0.5, radius - 1)),
    "]": () => setRadius(radius + 1),
    ...Object.fromEntries((Object.keys(TOOLS) as Tool[]).map((key) => [TOOL_KEYS[key], () => setTool(key)])),
    ...Object.fromEntries(segments.slice(0, 9).map((segment, i) => [`${i + 1}`, () => setValue(segment.value)])),
    "0": () => setValue(UNPAINTED),
  });

  const problem = problemOf(segments);
  const open = counts[UNPAINTED] / raster.labels.length;
  return (
    <section class="painter" aria-label="Segment map">
      <div class="card stack">
        <div class="row">
          <div class="segmented" role="group" aria-label="Tools">
            {(Object.keys(TOOLS) as Tool[]).map((key) => (
              <button
                key={key}
                type="button"
                aria-pressed={key === tool}
                onClick={() => setTool(key)}
              >
                {TOOLS[key]} <kbd aria-hidden="true">{TOOL_KEYS[key].toUpperCase()}</kbd>
              </button>
            ))}
          </div>
          <button type="button" disabled={history.done.length === 0} onClick={() => step(undo)}>Undo</button>
          <button type="button" disabled={history.undone.length === 0} onClick={() => step(redo)}>Redo</button>
        </div>
        <div class="row tool-settings">
          {tool === "brush" && <Slider label="Size" min={0.5} max={60} step={0.5} value={radius} onValue={setRadius} />}
          {tool === "alike" && (
            <Slider label="Tolerance" min={1} max={100} step={1} value={tolerance} onValue={setTolerance} />
          )}
          <span class="soft small">{HINTS[tool]}</span>
        </div>
        <PaintCanvas
          raster={raster}
          revision={revision}
          picture={picture}
          brightness={brightness}
          edges={edges}
          segments={segments}
          tool={tool}
          value={value}
          radius={radius}
          tolerance={tolerance}
          alpha={alpha}
          onPainted={painted}
        />
        <div class="row">
          <label class="row">
            <span>Over</span>
            <select value={props.ground} onChange={(event) => props.onGround(event.currentTarget.value)}>
              {props.grounds.map((ground) => <option key={ground.value} value={ground.value}>{ground.title}</option>)}
            </select>
          </label>
          <Slider label="Colours" min={0} max={1} step={0.05} value={alpha} onValue={setAlpha} />
        </div>
      </div>
      <div class="stack">
        <SegmentList
          segments={segments}
          counts={counts}
          total={raster.labels.length}
          value={value}
          onChoose={setValue}
          onAdd={add}
          onRemove={remove}
          onChange={(changed) => {
            setSegments(segments.map((segment) => segment.value === changed.value ? changed : segment));
            setKept(false);
          }}
        />
        <div class="card stack">
          {open > 0 && (
            <p class="note">
              {percent(open)} of the map is in no segment, which no statistic sees.{" "}
              {value !== UNPAINTED && open < 1 && (
                <button type="button" class="bare wrap" onClick={fillRest}>Give it to the chosen one</button>
              )}
            </p>
          )}
          {problem && <p class="note review">{problem}</p>}
          <div class="row">
            <button type="button" class="main" disabled={problem !== undefined || open === 1 || kept} onClick={keep}>
              {kept ? "Kept" : "Keep this map"}
            </button>
            <button type="button" onClick={clear}>Clear</button>
            {props.onDelete && <button type="button" class="stop" onClick={props.onDelete}>Do without</button>}
          </div>
        </div>
        <Starts {...props} onExport={exportFiles} />
      </div>
    </section>
  );
}

const HINTS: Readonly<Record<Tool, string>> = {
  brush: "Drag to paint; [ and ] change the size",
  polygon: "Click corners; a double click or Enter closes",
  trace: "Click along an edge: the line follows it; a double click or Enter closes",
  fill: "Click an area: all of it takes the chosen segment",
  alike: "Click the picture: what is as bright and hangs together is painted",
};

function Slider(
  { label, min, max, step, value, onValue }: {
    label: string;
    min: number;
    max: number;
    step: number;
    value: number;
    onValue: (value: number) => void;
  },
) {
  return (
    <label class="row">
      <span>{label}</span>
      <input
        type="range"
        style={{ width: "8rem" }}
        min={min}
        max={max}
        step={step}
        value={value}
        onInput={(event) => onValue(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}

function Starts(
  { busy, onSuggest, onImport, onExport }: Pick<PainterProps, "busy" | "onSuggest" | "onImport"> & {
    onExport: () => void;
  },
) {
  const [parts, setParts] = useState(5);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="card stack">
      <h2>Start from</h2>
      <div class="row">
        <button type="button" disabled={busy !== undefined} onClick={() => onSuggest("clusters", parts)}>
          Places alike
        </button>
        <label class="row">
          <span class="soft">into</span>
          <input
            type="number"
            style={{ width: "4rem" }}
            min={2}
            max={20}
            value={parts}
            onInput={(event) => setParts(event.currentTarget.valueAsNumber)}
          />
          <span class="hidden-words">segments</span>
        </label>
        <button type="button" disabled={busy !== undefined} onClick={() => onSuggest("foreground")}>
          Part and ground
        </button>
      </div>
      {busy && (
        <label class="small" aria-live="polite">
          {busy}
          <progress />
        </label>
      )}
      <div class="row">
        <button type="button" onClick={() => input.current!.click()}>Import …</button>
        <button type="button" onClick={onExport}>Export</button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          accept=".png,.json"
          aria-label="Import a map and its legend"
          onChange={(event) => {
            const files = [...event.currentTarget.files ?? []];
            event.currentTarget.value = "";
            if (files.length > 0) onImport(files);
          }}
        />
      </div>
      <p class="soft small">A PNG and its legend (.json), as the folder segmaps has them.</p>
    </div>
  );
}
