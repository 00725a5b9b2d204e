/**
 * The Valeo Anomaly Dataset: one-class, high-shot and low-shot benchmarks (SegAD, Tables 2 to 4).
 *
 *     deno task pipeline vad.ts                               on the procedural stand-in, minutes
 *     deno task pipeline vad.ts --data DIR --size paper --backbone wide_resnet50_2.onnx \
 *         --look devnet=resnet18.onnx --look dra=resnet18.onnx
 *
 * The second is Tables 2 to 4 in one run: a WideResNet-50-2 for the detectors and WRN, a ResNet-18 for DevNet and DRA, whose
 * authors have pictures of 448 pixels (`--look devnet=448 --look dra=448`; the paper says 256 for all).
 * The paper's size is every row of the tables with the paper's settings, 5 seeds, and wants many cores; the small size is
 * vad_fast.ts: PatchCore and PaDiM, alone and with SegAD, in 5 to 8 minutes on 2 cores. learned.ts has every row with
 * settings for two cores.
 */
import { definePipeline } from "../mod.ts";
import learned from "./learned.ts";
import fast from "./vad_fast.ts";

export default (size: "small" | "paper") =>
  definePipeline({ ...size === "paper" ? learned(size) : fast(size), name: "vad" });
