/** The numbers that the versions of a project are called by. @module */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Versions } from "../api.ts";
import { useResource } from "./resource.ts";

const numbers = signal<ReadonlyMap<number, number>>(new Map());

/** Keeps the numbers of a project's versions up to date. */
export function useVersionNumbers(project: string | undefined): void {
  const { data } = useResource<Versions>(project && `/v1/projects/${project}/versions`, ["version"]);
  useEffect(() => {
    numbers.value = new Map(data?.versions.map(({ id, number }) => [id, number]));
  }, [data]);
}

/** What a version is called by. */
export function versionNumber(id: number): number | string {
  return numbers.value.get(id) ?? "…";
}
