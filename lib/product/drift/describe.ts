/** What a look at parts has found, in words. @module */
import type { DriftAlarm, DriftReport } from "./find_drift.ts";

const MEASURED: Readonly<Record<string, string>> = {
  light: "light",
  contrast: "contrast",
  likeness: "likeness to the mean good picture",
  right: "place from left to right",
  down: "place from top to bottom",
  proportions: "proportions",
};
const STATISTIC: Readonly<Record<string, string>> = {
  q995: "strangest places",
  mean: "mean",
  skewness: "skewness",
  kurtosis: "kurtosis",
};

/** The first line says how it stands, the others are an alarm each, with the parts that show it. */
export function describeDrift({ parts, good, tests, needed, falseAlarms, alarms }: DriftReport): string[] {
  if (tests === 0) return [`Too few parts to tell: ${parts} of the ${needed} that it takes`];
  const chance = `where nothing has changed, at most ${
    Number((100 * falseAlarms).toFixed(2))
  } looks of 100 raise an alarm`;
  const against = `${parts} parts against ${good} good training parts`;
  if (alarms.length === 0) return [`Nothing has changed in ${tests} statistics of ${against} (${chance})`];
  return [
    `${alarms.length} of ${tests} statistics have changed, ${against} (${chance})`,
    ...alarms.map((alarm) => `${describeAlarm(alarm)}; see ${alarm.parts.slice(0, 3).join(", ")}`),
  ];
}

/** "solder dots: strangest places of patchcore higher: 3.1 where 2.2 is usual (stability index 0.9)". */
export function describeAlarm({ segment, detector, statistic, direction, now, usual, psi }: DriftAlarm): string {
  const what = detector === undefined
    ? `picture: ${MEASURED[statistic] ?? statistic}`
    : `${(segment ?? "whole picture").replaceAll("_", " ")}: ${STATISTIC[statistic] ?? statistic} of ${detector}`;
  const how = direction === "spread" ? "more spread out" : direction;
  return `${what} ${how}: ${number(now)} where ${number(usual)} is usual (stability index ${psi.toFixed(2)})`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
