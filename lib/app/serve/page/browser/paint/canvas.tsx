/** The canvas that a segment map is painted on: the picture below, the map over it, the tool at the pointer. @module */
import { useEffect, useRef, useState } from "preact/hooks";
import { colourPixels } from "./draw.ts";
import { type Edges, followEdges } from "./edges.ts";
import { type Segment } from "./legend.ts";
import { fillAlike, fillArea, paintPolygon, paintStroke, type Point, type Raster } from "./raster.ts";

export const TOOLS = {
  brush: "Brush",
  polygon: "Polygon",
  trace: "Along edges",
  fill: "Fill",
  alike: "Fill alike",
} as const;
export type Tool = keyof typeof TOOLS;

interface PaintCanvasProps {
  readonly raster: Raster;
  /** Changes with the labels, which are painted in place. */
  readonly revision: number;
  readonly picture: CanvasImageSource;
  readonly brightness: Uint8Array;
  readonly edges: Edges;
  readonly segments: readonly Segment[];
  readonly tool: Tool;
  readonly value: number;
  readonly radius: number;
  readonly tolerance: number;
  readonly alpha: number;
  /** Called with the labels from before when something has been painted. */
  readonly onPainted: (before: Uint8Array) => void;
}

/** The canvas has about so many pixels across, so that lines are sharp on small maps. */
const FINE = 1200;

export function PaintCanvas(props: PaintCanvasProps) {
  const { raster, revision, picture, segments, tool, value, radius, alpha } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const before = useRef<Uint8Array | undefined>(undefined);
  const last = useRef<Point | undefined>(undefined);
  const [points, setPoints] = useState<readonly Point[]>([]);
  const [pointer, setPointer] = useState<Point>();
  const scale = Math.max(1, Math.round(FINE / raster.width));

  useEffect(() => setPoints([]), [tool, raster]);
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    drawAll(context, props, { points: outlineOf(points, pointer, props), pointer, scale });
  }, [raster, revision, picture, segments, alpha, points, pointer, radius, tool, value]);

  const placeOf = (event: PointerEvent): Point => {
    const element = canvas.current!;
    const box = element.getBoundingClientRect();
    // The picture keeps its proportions within the element.
    const size = Math.min(box.width / raster.width, box.height / raster.height);
    const left = box.left + (box.width - size * raster.width) / 2;
    const top = box.top + (box.height - size * raster.height) / 2;
    return { x: (event.clientX - left) / size, y: (event.clientY - top) / size };
  };
  const begin = (at: Point) => {
    if (tool === "polygon" || tool === "trace") {
      const [first] = points;
      if (points.length > 2 && Math.hypot(at.x - first.x, at.y - first.y) < raster.width / 60) finish();
      else setPoints([...points, ...tool === "trace" ? traceTo(points, at, props.edges).slice(1) : [], at]);
      return;
    }
    before.current = raster.labels.slice();
    if (tool === "brush") paintStroke(raster, at, at, radius, value);
    else if (tool === "fill") fillArea(raster, at, value);
    else fillAlike(raster, props.brightness, at, props.tolerance, value);
    last.current = at;
    if (tool !== "brush") end();
  };
  const end = () => {
    if (!before.current) return;
    props.onPainted(before.current);
    before.current = undefined;
  };
  const finish = () => {
    const closed = tool === "trace" && points.length > 1
      ? [...points, ...followEdges(props.edges, points[points.length - 1], points[0])]
      : points;
    if (closed.length > 2) {
      const labels = raster.labels.slice();
      paintPolygon(raster, closed, value);
      props.onPainted(labels);
    }
    setPoints([]);
  };
  const move = (at: Point, painting: boolean) => {
    if (painting && before.current && tool === "brush") {
      paintStroke(raster, last.current ?? at, at, radius, value);
      last.current = at;
    }
    setPointer(at);
  };
  const press = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 10 : 1;
    const at = pointer ?? { x: raster.width / 2, y: raster.height / 2 };
    const moves: Record<string, Point> = {
      ArrowLeft: { x: at.x - step, y: at.y },
      ArrowRight: { x: at.x + step, y: at.y },
      ArrowUp: { x: at.x, y: at.y - step },
      ArrowDown: { x: at.x, y: at.y + step },
    };
    const to = moves[event.key];
    if (to) {
      setPointer({
        x: Math.min(raster.width - 0.5, Math.max(0.5, to.x)),
        y: Math.min(raster.height - 0.5, Math.max(0.5, to.y)),
      });
    } else if (event.key === " ") {
      begin(at);
      end();
    } else if (event.key === "Enter") finish();
    else if (event.key === "Escape") setPoints([]);
    else if (event.key === "Backspace") setPoints(points.slice(0, -1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="stage" style={{ "--aspect": `${raster.width} / ${raster.height}` }}>
      <canvas
        ref={canvas}
        width={raster.width * scale}
        height={raster.height * scale}
        tabIndex={0}
        role="application"
        aria-label={"Segment map over the picture. Arrow keys move, Shift by ten pixels, Space paints or sets a corner, " +
          "Enter closes a polygon, Escape drops it"}
        onKeyDown={press}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          begin(placeOf(event));
        }}
        onPointerMove={(event) => {
          // A fast pointer has been at more places than there are events.
          const places = event.getCoalescedEvents?.() ?? [];
          for (const place of places.length > 0 ? places : [event]) move(placeOf(place), event.buttons === 1);
        }}
        onPointerUp={end}
        onPointerCancel={end}
        onPointerLeave={() => setPointer(undefined)}
        onDblClick={finish}
      />
    </div>
  );
}

function traceTo(points: readonly Point[], at: Point, edges: Edges): Point[] {
  const from = points.at(-1);
  return from ? followEdges(edges, from, at) : [at];
}

/** The line of a polygon that is not closed yet, up to the pointer. */
function outlineOf(points: readonly Point[], pointer: Point | undefined, { tool, edges }: PaintCanvasProps): Point[] {
  if (points.length === 0 || !pointer) return [...points];
  return [...points, ...tool === "trace" ? traceTo(points, pointer, edges) : [pointer]];
}

function drawAll(
  context: CanvasRenderingContext2D,
  { raster, picture, segments, tool, value, radius, alpha }: PaintCanvasProps,
  { points, pointer, scale }: { points: readonly Point[]; pointer?: Point; scale: number },
): void {
  const { width, height } = raster;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(picture, 0, 0, width, height);
  const layer = new OffscreenCanvas(width, height);
  layer.getContext("2d")!.putImageData(new ImageData(colourPixels(raster, segments, alpha), width, height), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(layer, 0, 0);
  const colour = segments.find((segment) => segment.value === value)?.colour ?? "#ffffff";
  const line = (path: Path2D) => {
    // A dark line below a light one is seen on every ground.
    for (const [style, thick] of [["#000000", 6], ["#ffffff", 4], [colour, 2.4]] as const) {
      context.strokeStyle = style;
      context.lineWidth = thick / scale;
      context.stroke(path);
    }
  };
  if (points.length > 0) {
    const path = new Path2D();
    for (const { x, y } of points) path.lineTo(x, y);
    line(path);
    const corner = new Path2D();
    corner.arc(points[0].x, points[0].y, 7 / scale, 0, 2 * Math.PI);
    line(corner);
  }
  if (!pointer) return;
  const tip = new Path2D();
  if (tool === "brush") tip.arc(pointer.x, pointer.y, Math.max(radius, Math.SQRT1_2), 0, 2 * Math.PI);
  else {
    const arm = 14 / scale;
    tip.moveTo(pointer.x - arm, pointer.y);
    tip.lineTo(pointer.x + arm, pointer.y);
    tip.moveTo(pointer.x, pointer.y - arm);
    tip.lineTo(pointer.x, pointer.y + arm);
  }
  line(tip);
}
