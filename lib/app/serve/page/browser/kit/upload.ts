/** Sending pictures, some at a time. @module */
import type { Label, Part } from "../api.ts";
import { by } from "../person.ts";
import { ask, RefusedError } from "./request.ts";

/** What has become of pictures that were sent. */
export interface Sent {
  added: number;
  /** Their bytes were there already. */
  known: number;
  readonly unread: { readonly name: string; readonly error: string }[];
}

/** So many go with one request, so that each one is small and how far it is can be seen. */
const TOGETHER = 16;

/** Sends pictures to a project's training set. */
export async function sendTraining(
  project: string,
  files: readonly File[],
  label: Label | undefined,
  progress: (done: number) => void,
): Promise<Sent> {
  const sent: Sent = { added: 0, known: 0, unread: [] };
  const query = new URLSearchParams({ role: "training", ...label && { label }, ...by() });
  for (let from = 0; from < files.length; from += TOGETHER) {
    const some = files.slice(from, from + TOGETHER);
    const answer = await ask<{ added: Part[]; known: Part[]; unread: Sent["unread"] }>(
      "POST",
      `/v1/projects/${project}/parts?${query}`,
      formOf(some),
    );
    sent.added += answer.added.length;
    sent.known += answer.known.length;
    sent.unread.push(...answer.unread);
    progress(from + some.length);
  }
  return sent;
}

/** Sends pictures to be judged; their verdicts come as events. */
export async function sendToJudge(
  project: string,
  files: readonly File[],
  progress: (done: number) => void,
): Promise<void> {
  for (let from = 0; from < files.length; from += TOGETHER) {
    const some = files.slice(from, from + TOGETHER);
    await untilRoom(() => ask("POST", `/v1/score?project=${project}`, formOf(some)));
    progress(from + some.length);
  }
}

/** Tries again as long as the service says that its queue is full. */
async function untilRoom(send: () => Promise<unknown>): Promise<void> {
  for (let wait = 500;; wait = Math.min(8000, 2 * wait)) {
    try {
      await send();
      return;
    } catch (error) {
      if (!(error instanceof RefusedError && error.status === 429)) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

function formOf(files: readonly File[]): FormData {
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name);
  return form;
}
