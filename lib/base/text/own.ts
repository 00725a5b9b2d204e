/** Look-ups by names that people give. @module */

/**
 * What a record itself holds under a name, and nothing of what every object has: a segment may be called "constructor".
 *
 * ```ts
 * import { ownOf } from "./own.ts";
 * console.assert(ownOf({ wire: 1 }, "wire") === 1 && ownOf({ wire: 1 }, "constructor") === undefined);
 * ```
 */
export function ownOf<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
