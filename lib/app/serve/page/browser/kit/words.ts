/** Numbers and times as people read them. @module */
import type { Decision, Share } from "../api.ts";

/** `97.5 %`; with so few digits that nothing is claimed that a share of some parts cannot say. */
export function percent(share: number, digits = 1): string {
  const value = 100 * share;
  return `${value.toFixed(value === 0 || value === 100 ? 0 : digits)} %`;
}

/** `92.1 to 99.6 %`. */
export function interval({ low, high }: Pick<Share, "low" | "high">): string {
  return `${percent(low).replace(" %", "")} to ${percent(high)}`;
}

/** A score or threshold, so that neighbours are told apart. */
export function score(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3).replace("-", "−");
}

/** Money without a currency: two digits below a hundred. */
export function money(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 });
}

/** `3 min 20 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}

/** The time today, with the date on other days. */
export function time(iso: string): string {
  const at = new Date(iso);
  const clock = at.toLocaleTimeString("en-GB");
  return at.toDateString() === new Date().toDateString() ? clock : `${date(iso)} ${clock.slice(0, 5)}`;
}

/** `2026-11-26`, in local time. */
export function date(iso: string): string {
  const at = new Date(iso);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
}

/** `1 part`, `2 parts`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

const DECISIONS: Readonly<Record<Decision, string>> = {
  good: "good",
  review: "review",
  bad: "bad",
  unread: "unread",
  not_judged: "not judged",
};

/** What a decision is called. */
export function decisionWord(decision: Decision): string {
  return DECISIONS[decision] ?? decision;
}

/** What begins small and has no full stop, as a sentence. */
export function asSentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;
}

/** A difference, with its sign. */
export function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

/** What statistics and detectors are called, where their names are not words. */
const NAMES: Readonly<Record<string, string>> = {
  patchcore: "PatchCore",
  padim: "PaDiM",
  rd4ad: "RD4AD",
  q995: "q99.5",
};

/** A statistic of a detector's map, or of the picture itself. */
export function statisticWords(detector: string | null | undefined, statistic: string): string {
  return [...detector ? [detector] : [], ...statistic.split("_")].map((word) => NAMES[word] ?? word).join(" ");
}
