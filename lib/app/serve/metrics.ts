/** Figures for Prometheus. @module */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import process from "node:process";
import type { NewVerdict } from "../../product/station/verdicts.ts";

/** Counts what happens. */
export interface Metrics {
  verdict(project: string, verdict: NewVerdict): void;
  /** A picture that got no verdict, and why. */
  refused(code: string): void;
  request(route: string, method: string, status: number, seconds: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** @param depth asked when the figures are */
export function openMetrics(depth: () => { readonly waiting: number; readonly running: number }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const verdicts = new Counter({
    name: "segad_verdicts_total",
    help: "Verdicts by project and decision",
    labelNames: ["project", "decision"] as const,
    registers,
  });
  const seconds = new Histogram({
    name: "segad_verdict_seconds",
    help: "From a picture that came in to its verdict",
    labelNames: ["project"] as const,
    buckets: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers,
  });
  const score = new Gauge({
    name: "segad_score",
    help: "The latest score",
    labelNames: ["project"] as const,
    registers,
  });
  const refused = new Counter({
    name: "segad_refused_total",
    help: "Pictures that got no verdict",
    labelNames: ["code"] as const,
    registers,
  });
  const requests = new Histogram({
    name: "segad_http_request_seconds",
    help: "Requests by route and status",
    labelNames: ["route", "method", "status"] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  for (
    const [name, help, value] of [
      ["segad_waiting", "Pictures that wait for a verdict", () => depth().waiting],
      ["segad_running", "Pictures that are judged now", () => depth().running],
      ["process_resident_memory_bytes", "Memory of the process", () => process.memoryUsage().rss],
      ["process_uptime_seconds", "Since the process began", () => process.uptime()],
    ] as const
  ) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  }
  return {
    verdict(project, { decision, milliseconds, score: value }) {
      verdicts.inc({ project, decision });
      seconds.observe({ project }, milliseconds / 1000);
      if (value !== null) score.set({ project }, value);
    },
    refused: (code) => refused.inc({ code }),
    request: (route, method, status, taken) => requests.observe({ route, method, status }, taken),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
