/**
 * A service that keeps nothing and judges by a rule that the test can foresee, so that the page can be tried by itself: it
 * answers as the API says, remembers what it was asked, and tells it as events.
 */
import sharp, { type Sharp } from "sharp";
import { PAGE_FILES, PAGE_HEADERS } from "../../../../lib/app/serve/page/files.ts";

export interface FakePicture {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly label?: "good" | "bad";
  readonly role: "training" | "judged";
  /** What the fake judge gives it. */
  readonly score?: number;
}

export interface FakeOptions {
  readonly pictures: readonly FakePicture[];
  /** A project called "cells" is there with a model. */
  readonly trained: boolean;
  /** How long a step of a training takes, in milliseconds. */
  readonly stepMs?: number;
}

interface FakePart {
  id: number;
  name: string;
  role: "training" | "judged";
  label: "good" | "bad" | null;
  control: boolean;
  bytes: Uint8Array;
  width: number;
  height: number;
  added: string;
  labelled: { at: string; by: string | null } | null;
  score: number | null;
  deleted?: boolean;
}

const SIZE = 96;
const START = Date.parse("2026-11-20T08:00:00Z");

/** Starts it on a free port of 127.0.0.1. */
export async function startFake({ pictures, trained, stepMs = 40 }: FakeOptions) {
  const parts: FakePart[] = [];
  const asked: { method: string; path: string; body: unknown }[] = [];
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const projects = new Map<string, { about: string | null }>();
  const versions: Record<string, unknown>[] = [];
  const jobs: Record<string, unknown>[] = [];
  const points: Record<string, unknown>[] = [];
  const alarms: Record<string, unknown>[] = [];
  let segments: { map: Uint8Array; legend: { labels: { value: number; name: string; colour: string }[] } } | undefined;
  let watch: Record<string, unknown> | null = null;
  let point = { threshold: 1.5, review: null as number | null };
  let active: number | null = null;
  let clock = START;
  const now = () => new Date(clock += 1000).toISOString();

  const emit = (kind: string, data: unknown) => {
    const text = `id: ${clock}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const stream of streams) stream.enqueue(new TextEncoder().encode(text));
  };
  const add = async (
    name: string,
    bytes: Uint8Array,
    role: FakePart["role"],
    label: FakePart["label"],
    score: number | null,
  ) => {
    const { width = 0, height = 0 } = await sharp(bytes).metadata();
    const id = parts.length + 1;
    const part: FakePart = {
      id,
      name,
      bytes,
      role,
      label,
      score,
      width,
      height,
      added: now(),
      control: false,
      labelled: label === null ? null : { at: now(), by: null },
    };
    parts.push(part);
    return part;
  };
  const decide = (score: number) =>
    score >= point.threshold ? "bad" : score >= (point.review ?? point.threshold) ? "review" : "good";
  const verdictOf = (part: FakePart) =>
    part.score === null ? null : {
      id: part.id,
      part: part.id,
      version: active ?? 1,
      at: part.added,
      score: part.score,
      decision: decide(part.score),
      threshold: point.threshold,
      review: point.review,
      reason: part.score >= point.threshold
        ? "bright spot in fingers_between, stranger than in 99 of 100 good parts"
        : "nothing unusual",
      milliseconds: 31,
      segments: [
        { name: "fingers_between", contribution: part.score / 2, worst: { detector: "PatchCore", statistic: "q99.5" } },
        { name: "busbars", contribution: 0.3, worst: { detector: "PaDiM", statistic: "mean" } },
        { name: "border", contribution: -0.4, worst: null },
      ],
      box: part.score >= point.threshold ? { left: 0.3, top: 0.4, width: 0.2, height: 0.15 } : null,
    };
  const view = (part: FakePart) => ({
    id: part.id,
    project: "cells",
    name: part.name,
    source: "upload",
    role: part.role,
    label: part.label,
    kind: null,
    control: part.control,
    width: part.width,
    height: part.height,
    bytes: part.bytes.length,
    sha256: "",
    added: part.added,
    labelled: part.labelled,
    verdict: verdictOf(part),
    links: {
      picture: `/v1/parts/${part.id}/picture`,
      thumbnail: `/v1/parts/${part.id}/thumbnail`,
      overlay: part.score === null ? null : `/v1/parts/${part.id}/overlay`,
    },
  });
  const here = () => parts.filter(({ deleted }) => !deleted);
  const projectView = (name: string) => {
    const mine = name === "cells" ? here() : [];
    const training = mine.filter(({ role }) => role === "training");
    return {
      name,
      about: projects.get(name)?.about ?? null,
      created: now(),
      counts: {
        good: training.filter(({ label }) => label === "good").length,
        bad: training.filter(({ label }) => label === "bad").length,
        unlabelled: training.filter(({ label }) => label === null).length,
        judged: mine.filter(({ role }) => role === "judged").length,
      },
      version: name === "cells" ? active : null,
      segments: name === "cells" && segments !== undefined,
      job: jobs.find(({ state }) => state === "running" || state === "stopping") ?? null,
      watch: name === "cells" ? watch : null,
    };
  };
  const addVersion = (kind: string, withSegments: boolean, state = "candidate") => {
    const number = versions.length + 1;
    versions.push({
      id: 100 + number,
      project: "cells",
      number,
      kind,
      state,
      parent: active,
      created: now(),
      decided: state === "active" ? { at: now(), by: "Ada" } : null,
      method: "Default",
      threshold: point.threshold,
      review: point.review,
      decision: {},
      description:
        "Bad from 1.500 on: catches 95 % of bad parts to come on average; 4 of 120 good parts are called bad.",
      parts: { good: 120, bad: 60 },
      segments: withSegments,
      results: {
        rows: [
          { method: "PatchCore", auroc: 0.874, low: 0.82, high: 0.918, detector: true, chosen: false },
          { method: "PaDiM", auroc: 0.886, low: 0.834, high: 0.927, detector: true, chosen: false },
          {
            method: "SegAD: regression and forest",
            detector: false,
            chosen: true,
            auroc: withSegments ? 0.931 : 0.902,
            low: withSegments ? 0.889 : 0.854,
            high: withSegments ? 0.962 : 0.94,
          },
        ],
        better: withSegments ? true : null,
        sentence: withSegments
          ? "SegAD is better than its best detector here, PaDiM: 93.1 % against 88.6 %, beyond chance (p = 0.004)."
          : "SegAD is not better than its best detector here beyond chance: 90.2 % against 88.6 % (p = 0.21).",
      },
      advice: ["20 more bad parts would narrow the interval of what is caught from 12 to 8 points."],
      links: { report: `/v1/versions/${100 + number}/report` },
    });
    emit("version", { version: 100 + number, state });
    return versions.at(-1)!;
  };
  const runJob = (kind: string, steps: readonly string[], end: () => number | null) => {
    const job: Record<string, unknown> = {
      id: jobs.length + 1,
      project: "cells",
      kind,
      state: "running",
      step: steps[0],
      done: 0,
      total: steps.length,
      note: null,
      secondsLeft: steps.length,
      begun: now(),
      ended: null,
      error: null,
      version: null,
      lines: ["Plan: fit, map, judge"],
    };
    jobs.push(job);
    const go = () => {
      if (job.state === "stopping") {
        job.state = "stopped";
        emit("job", { job });
        return;
      }
      if (job.state !== "running") return;
      const done = job.done as number + 1;
      Object.assign(job, { done, step: steps[done] ?? steps.at(-1), secondsLeft: steps.length - done });
      (job.lines as string[]).push(`${steps[done - 1]}: done`);
      if (done === steps.length) {
        Object.assign(job, { state: "done", ended: now(), secondsLeft: null, version: end() });
      } else setTimeout(go, stepMs);
      emit("job", { job });
    };
    setTimeout(go, stepMs);
    emit("job", { job });
    return { job, go };
  };
  const running = new Map<unknown, () => void>();

  for (const { name, bytes, role, label, score } of pictures) {
    await add(name, bytes, role, label ?? null, score ?? null);
  }
  if (trained) {
    projects.set("cells", { about: "Solar cells, electroluminescence" });
    active = 101;
    addVersion("train", false, "active");
  }

  const scoresOf = (label: "good" | "bad") =>
    Array.from({ length: label === "good" ? 120 : 60 }, (_, i) => {
      const place = (i + 0.5) / (label === "good" ? 120 : 60);
      const spread = Math.log(place / (1 - place)) * 0.7;
      return label === "good" ? spread - 1.2 : spread + 2.4;
    });

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const { pathname: path, searchParams: query } = url;
    const { method } = request;
    const file = PAGE_FILES[path];
    if (file) return new Response(file.text, { headers: { ...PAGE_HEADERS, "content-type": file.type } });
    if (path === "/v1/events") {
      let mine: ReadableStreamDefaultController<Uint8Array>;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          mine = controller;
          streams.add(controller);
          controller.enqueue(new TextEncoder().encode(": here\n\n"));
        },
        cancel: () => void streams.delete(mine),
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    }
    const form = request.headers.get("content-type")?.startsWith("multipart/") ? await request.formData() : undefined;
    const body = form ?? (method === "GET" || method === "DELETE" ? undefined : await request.json().catch(() => ({})));
    if (method !== "GET") asked.push({ method, path: path + url.search, body });
    const json = (data: unknown, status = 200) => Response.json(data, { status });
    const missing = () => json({ error: { code: "missing", message: `Cannot find ${path}` } }, 404);
    const png = async (image: Sharp) =>
      new Response(new Uint8Array(await image.png().toBuffer()), { headers: { "content-type": "image/png" } });

    const part = /^\/v1\/parts\/(\d+)(?:\/(\w+))?$/.exec(path);
    if (part) {
      const found = here().find(({ id }) => id === Number(part[1]));
      if (!found) return missing();
      const size = Math.min(1024, Number(query.get("size") ?? 160));
      switch (part[2]) {
        case "picture":
          return new Response(new Uint8Array(found.bytes), { headers: { "content-type": "image/png" } });
        case "thumbnail":
          return png(sharp(found.bytes).resize(size, size, { fit: "inside", withoutEnlargement: true }));
        case "overlay": {
          const { width, height } = found;
          const glow = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
            <radialGradient id="g"><stop offset="0" stop-color="#fcffa4" stop-opacity=".8"/><stop offset=".5"
            stop-color="#e55c30" stop-opacity=".6"/><stop offset="1" stop-color="#65156e" stop-opacity="0"/></radialGradient>
            <ellipse cx="40%" cy="47%" rx="14%" ry="12%" fill="url(#g)"/>
            <path d="M0 ${height / 3}H${width}M0 ${2 * height / 3}H${width}" stroke="#fff" opacity=".7"/></svg>`;
          return png(sharp(new TextEncoder().encode(glow)));
        }
        case "label":
          found.label = (body as { label: FakePart["label"] }).label;
          found.labelled = found.label && { at: now(), by: (body as { by?: string }).by ?? null };
          emit("label", { part: found.id });
          return json(view(found));
        case "control":
          found.control = (body as { control: boolean }).control;
          emit("label", { part: found.id });
          return json(view(found));
      }
      if (method === "DELETE") {
        found.deleted = true;
        emit("part", { part: found.id });
        return new Response(null, { status: 204 });
      }
      return json({ ...view(found), history: [] });
    }

    if (path === "/v1/projects" && method === "POST") {
      const { name, about = null } = body as { name: string; about?: string };
      projects.set(name, { about });
      return json(projectView(name), 201);
    }
    if (path === "/v1/projects") return json({ projects: [...projects.keys()].map(projectView) });
    if (path === "/v1/score" && form) {
      const results = [];
      for (const value of form.getAll("file")) {
        const upload = value as File;
        const added = await add(upload.name, new Uint8Array(await upload.arrayBuffer()), "judged", null, 2.75);
        emit("verdict", { part: added.id, name: added.name, source: "api", verdict: verdictOf(added) });
        results.push(verdictOf(added));
      }
      return json({ results });
    }
    const version = /^\/v1\/versions\/(\d+)\/(\w+)$/.exec(path);
    if (version) {
      const found = versions.find(({ id }) => id === Number(version[1]));
      if (!found) return missing();
      if (version[2] === "compare") {
        const judged = here().filter(({ role }) => role === "judged");
        const flips = judged.filter(({ score }) => score !== null && Math.abs(score - 1.5) < 0.6).map((one) => {
          const before = { score: one.score!, decision: decide(one.score!) };
          const after = { score: 3 - one.score!, decision: decide(3 - one.score!) };
          return {
            part: view(one),
            before,
            after,
            right: one.label === null ? null : one.label === after.decision ? "after" : "before",
          };
        });
        return json({
          from: active,
          to: found.id,
          judged: judged.length,
          flips,
          missing: 0,
          counts: {
            toBad: flips.filter(({ after }) => after.decision === "bad").length,
            toGood: flips.filter(({ after }) => after.decision === "good").length,
            right: flips.filter(({ right }) => right === "after").length,
            wrong: flips.filter(({ right }) => right === "before").length,
          },
          control: {
            parts: 40,
            before: { good: 30, bad: 10, caught: 8, alarms: 1 },
            after: { good: 30, bad: 10, caught: 9, alarms: 1 },
          },
        });
      }
      if (version[2] === "accept") {
        for (const other of versions) if (other.state === "active") other.state = "accepted";
        found.state = "active";
        active = found.id as number;
      } else found.state = "discarded";
      found.decided = { at: now(), by: (body as { by?: string }).by ?? null };
      emit("version", { version: found.id, state: found.state });
      return json(found);
    }
    const alarm = /^\/v1\/alarms\/(\d+)$/.exec(path);
    if (alarm) {
      for (const one of alarms) if (one.id === Number(alarm[1])) one.acknowledged = { at: now(), by: null };
      return json({});
    }
    const work = /^\/v1\/jobs\/(\d+)\/(stop|resume)$/.exec(path);
    if (work) {
      const job = jobs.find(({ id }) => id === Number(work[1]))!;
      job.state = work[2] === "stop" ? "stopping" : "running";
      emit("job", { job });
      if (work[2] === "resume") running.get(job)!();
      return json(job);
    }
    const of = /^\/v1\/projects\/([a-z0-9_-]+)\/(.+)$/.exec(path);
    if (!of || !projects.has(of[1])) return missing();
    switch (of[2]) {
      case "parts": {
        if (form) {
          const label = query.get("label") as FakePart["label"];
          const added = [];
          const unread: { name: string; error: string }[] = [];
          for (const value of form.getAll("file")) {
            const upload = value as File;
            try {
              const bytes = new Uint8Array(await upload.arrayBuffer());
              added.push(view(await add(upload.name, bytes, "training", label, null)));
            } catch {
              unread.push({ name: upload.name, error: `Cannot read "${upload.name}" as it is no picture` });
            }
          }
          emit("part", {});
          return json({ added, known: [], unread }, 201);
        }
        const wanted = (one: FakePart) => {
          const label = query.get("label");
          const decision = query.get("decision");
          const verdict = verdictOf(one);
          return (!query.has("role") || one.role === query.get("role")) &&
            (label === null ||
              (label === "none" ? one.label === null : label === "any" ? one.label !== null : one.label === label)) &&
            (decision === null || verdict?.decision === decision) &&
            (!query.has("wrong") || (one.label !== null && verdict !== null && verdict.decision !== one.label));
        };
        const found = here().filter(wanted);
        if (query.get("order") === "new") found.reverse();
        return json({ parts: found.slice(0, Number(query.get("limit") ?? 100)).map(view), total: found.length });
      }
      case "labels": {
        const { ids, label, by = null } = body as { ids: number[]; label: FakePart["label"]; by?: string };
        for (const one of parts) if (ids.includes(one.id)) Object.assign(one, { label, labelled: { at: now(), by } });
        emit("label", {});
        return json({ parts: ids });
      }
      case "warnings":
        return json({
          warnings: here().length < 6 ? [] : [
            { kind: "copies", message: '2 pictures are copies of others: "part_3.png" and one more', parts: [3, 4] },
            { kind: "exposure", message: '1 picture is overexposed, unlike the others: "part_5.png"', parts: [5] },
          ],
        });
      case "mean": {
        const goods = here().filter(({ label, role }) => label === "good" && role === "training").slice(0, 40);
        if (goods.length === 0) return missing();
        const sum = new Float64Array(SIZE * SIZE);
        for (const { bytes } of goods) {
          const grey = await sharp(bytes).resize(SIZE, SIZE, { fit: "fill" }).greyscale().raw().toBuffer();
          for (let p = 0; p < sum.length; p++) sum[p] += grey[p] / goods.length;
        }
        return png(sharp(Uint8Array.from(sum, Math.round), { raw: { width: SIZE, height: SIZE, channels: 1 } }));
      }
      case "segments":
        if (method === "PUT" && form) {
          const map = form.get("map") as File;
          segments = {
            map: new Uint8Array(await map.arrayBuffer()),
            legend: JSON.parse(form.get("legend") as string),
          };
        } else if (method === "DELETE") segments = undefined;
        emit("segments", {});
        if (!segments) return method === "DELETE" ? json({}) : missing();
        return json({
          width: SIZE,
          height: SIZE,
          segments: segments.legend.labels,
          link: `/v1/projects/${of[1]}/segments.png`,
        });
      case "segments.png":
        return new Response(new Uint8Array(segments!.map), { headers: { "content-type": "image/png" } });
      case "segments/suggest": {
        const halves = Uint8Array.from(
          { length: SIZE * SIZE * 3 },
          (_, i) => [[0x7f, 0x7f, 0x7f], [0x1f, 0x77, 0xb4]][Math.floor(i / 3) % SIZE < SIZE / 2 ? 0 : 1][i % 3],
        );
        const image = await sharp(halves, { raw: { width: SIZE, height: SIZE, channels: 3 } }).png().toBuffer();
        return json({
          width: SIZE,
          height: SIZE,
          png: `data:image/png;base64,${image.toString("base64")}`,
          segments: [{ name: "left", colour: "#7f7f7f" }, { name: "right", colour: "#1f77b4" }],
        });
      }
      case "jobs":
        return json({ jobs });
      case "train":
      case "learn": {
        const learn = of[2] === "learn";
        const steps = learn
          ? ["Fit the judge"]
          : ["Fit PatchCore", "Fit PaDiM", "Make maps", "Weigh methods", "Train the judge"];
        const { job, go } = runJob(of[2], steps, () => addVersion(of[2], segments !== undefined).number as number);
        running.set(job, go);
        return json(job, 202);
      }
      case "versions":
        return json({ versions, active });
      case "rollback": {
        const wish = (body as { to?: number }).to;
        const back = versions.findLast(({ id, state }) => wish === undefined ? state === "accepted" : id === wish)!;
        for (const other of versions) if (other.state === "active") other.state = "accepted";
        back.state = "active";
        active = back.id as number;
        emit("version", { version: back.id, state: "active" });
        return json(back);
      }
      case "operating-point":
        if (method === "PUT") {
          const { threshold, review = null, by = null } = body as typeof point & { by?: string };
          point = { threshold, review };
          points.unshift({ at: now(), by, threshold, review });
          emit("operating", point);
        }
        return json({ ...point, current: point, bad: scoresOf("bad"), good: scoresOf("good"), method: "Default" });
      case "operating-point/propose": {
        const wish = body as { kind: string; recall?: number };
        if (wish.kind === "recall" && wish.recall! > 0.96) {
          return json({
            threshold: -1,
            review: null,
            missing: 239,
            sentence:
              "That cannot be promised with these parts: 239 more bad parts are needed. At least 95.1 % are caught.",
          });
        }
        return json({
          threshold: wish.kind === "cost" ? 0.25 : 0.75,
          review: null,
          sentence: `By ${wish.kind}: from 0.750 on.`,
        });
      }
      case "operating-point/history":
        return json({ changes: points });
      case "watch":
        if (method === "PUT") {
          watch = { ...(body as object), state: "watching", seen: 12, judged: 12, unread: 0, error: null };
        }
        if (method === "DELETE") watch = null;
        emit("watch", { watch });
        return watch ? json(watch) : method === "DELETE" ? json({}) : missing();
      case "folder":
        runJob("import", ["Read the folder"], () => null);
        return json({}, 202);
      case "line": {
        const hours = Number(query.get("hours") ?? 48);
        return json({
          bins: { low: -4, high: 6, count: 20 },
          threshold: point.threshold,
          review: point.review,
          hours: Array.from({ length: hours }, (_, h) => {
            const scores = Array.from(
              { length: 20 },
              (_, b) => Math.round(60 * Math.exp(-((b - 6 - h / 30) ** 2) / 5) + 6 * Math.exp(-((b - 15) ** 2) / 4)),
            );
            const bad = scores.slice(11).reduce((sum, n) => sum + n, 0);
            const all = scores.reduce((sum, n) => sum + n, 0);
            return {
              at: new Date(START + h * 3600_000).toISOString(),
              counts: { good: all - bad, review: 0, bad, unread: h % 9 === 0 ? 1 : 0, not_judged: 0 },
              scores,
              light: 92 + 6 * Math.sin(h / 5) + h / 8,
              shift: null,
            };
          }),
        });
      }
      case "drift":
        return json({
          parts: 400,
          good: 120,
          tests: 40,
          needed: 60,
          falseAlarms: 0.01,
          alarms: [{
            segment: "busbars",
            detector: "PatchCore",
            statistic: "mean",
            p: 0.00001,
            corrected: 0.0004,
            psi: 0.31,
            direction: "higher",
            usual: 1.42,
            now: 1.91,
            parts: [],
          }],
        });
      case "alarms":
        if (alarms.length === 0 && trained) {
          alarms.push({
            id: 1,
            at: now(),
            segment: "busbars",
            detector: "PatchCore",
            statistic: "mean",
            direction: "higher",
            usual: 1.42,
            now: 1.91,
            p: 0.00001,
            psi: 0.31,
            acknowledged: null,
            message: "busbars has moved: PatchCore mean is higher, 1.91 where good parts have 1.42",
            parts: here().filter(({ role }) => role === "judged").slice(0, 3).map(({ id }) => id),
          });
        }
        return json({ alarms });
    }
    return missing();
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    try {
      return await handle(request);
    } catch (error) {
      console.error(error);
      return Response.json({ error: { code: "failed", message: String(error) } }, { status: 500 });
    }
  });
  return {
    address: `http://127.0.0.1:${server.addr.port}`,
    asked,
    parts,
    get segments() {
      return segments;
    },
    async close() {
      for (const stream of streams) {
        try {
          stream.close();
        } catch {
          // The browser has closed it.
        }
      }
      await server.shutdown();
    },
  };
}
