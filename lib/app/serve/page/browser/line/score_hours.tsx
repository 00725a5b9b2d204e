/** The histogram of scores by hour, as a heat map: time to the right, score up. @module */
import { useEffect, useRef } from "preact/hooks";
import type { Line } from "../api.ts";
import { score } from "../kit/words.ts";

/** In pixels of the page. */
const HEIGHT = 230;
const [LEFT, BOTTOM, TOP, RIGHT] = [52, 22, 6, 6];

export function ScoreHours({ line }: { line: Line }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const paint = () => draw(canvas.current!, line);
    const resized = new ResizeObserver(paint);
    resized.observe(canvas.current!);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", paint);
    return () => {
      resized.disconnect();
      dark.removeEventListener("change", paint);
    };
  }, [line]);
  const { low, high } = line.bins;
  return (
    <section class="card">
      <h2>Scores by hour</h2>
      <canvas
        ref={canvas}
        style={{ width: "100%", height: `${HEIGHT}px` }}
        role="img"
        aria-label={`Scores from ${score(low)} to ${score(high)} of the parts of each hour; the threshold is ${
          score(line.threshold)
        }`}
      />
      <p class="soft small">The darker, the larger the share of the hour's parts; the line is the threshold.</p>
    </section>
  );
}

function draw(canvas: HTMLCanvasElement, { bins, hours, threshold, review }: Line): void {
  const width = canvas.clientWidth;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(HEIGHT * devicePixelRatio);
  const context = canvas.getContext("2d")!;
  context.scale(devicePixelRatio, devicePixelRatio);
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const [across, up] = [width - LEFT - RIGHT, HEIGHT - BOTTOM - TOP];
  const place = (value: number) => TOP + up * (1 - (value - bins.low) / (bins.high - bins.low));
  context.clearRect(0, 0, width, HEIGHT);
  context.fillStyle = of("sunken");
  context.fillRect(LEFT, TOP, across, up);
  const [wide, tall] = [across / hours.length, up / bins.count];
  context.fillStyle = of("accent");
  for (const [h, hour] of hours.entries()) {
    const total = hour.scores.reduce((sum, value) => sum + value, 0);
    for (const [b, number] of hour.scores.entries()) {
      if (number === 0) continue;
      context.globalAlpha = Math.min(1, 0.12 + 2.5 * number / total);
      context.fillRect(LEFT + h * wide, TOP + up - (b + 1) * tall, Math.max(1, wide - 1), tall);
    }
  }
  context.globalAlpha = 1;
  context.lineWidth = 2;
  for (const [value, ink] of [[review, of("review")], [threshold, of("ink")]] as const) {
    if (value === null || value < bins.low || value > bins.high) continue;
    context.strokeStyle = ink;
    context.beginPath();
    context.moveTo(LEFT, place(value));
    context.lineTo(width - RIGHT, place(value));
    context.stroke();
  }
  context.fillStyle = of("soft");
  context.font = "12px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (let i = 0; i <= 4; i++) {
    const value = bins.low + i * (bins.high - bins.low) / 4;
    context.fillText(score(value), LEFT - 5, Math.min(HEIGHT - BOTTOM - 5, Math.max(TOP + 6, place(value))));
  }
  context.textBaseline = "top";
  for (let i = 0; i < 5; i++) {
    const hour = hours[Math.min(hours.length - 1, Math.round(i * (hours.length - 1) / 4))];
    if (!hour) continue;
    context.textAlign = i === 0 ? "left" : i === 4 ? "right" : "center";
    const at = new Date(hour.at);
    const day = at.toLocaleDateString("en-GB", { weekday: "short" });
    context.fillText(`${day} ${at.getHours()}:00`, LEFT + across * i / 4, HEIGHT - BOTTOM + 6);
  }
}
