/** Telling what a key was meant to be that a schema does not know. @module */
import type { type } from "arktype";
import { edits, nearest } from "./spelling.ts";

/**
 * What is wrong, in words; a key that is not allowed comes with the allowed one that is most like it, if any is.
 *
 * @param schema an arktype's type, which knows its keys; any other function gives no suggestions
 *
 * ```ts
 * import { type } from "arktype";
 * import { describeErrors } from "./unknown_key.ts";
 * const schema = type({ "+": "reject", "smoothing?": "number" });
 * const found = schema({ smoothin: 1 });
 * if (!(found instanceof type.errors)) throw new Error("it was taken");
 * console.assert(describeErrors(schema, found)[0] === 'smoothin must be removed (did you mean "smoothing"?)');
 * ```
 */
export function describeErrors(schema: unknown, errors: type.errors): string[] {
  return errors.map(({ path, message, code, expected }) => {
    if (path.length === 0) return `it ${message}`;
    // What arktype says of a key that is not allowed; no predicate of a schema expects it.
    if (code !== "predicate" || expected !== "removed") return message;
    // arktype's path is no plain array: `slice` of one element gives something else.
    const places = [...path].map(String);
    const key = places.pop()!;
    const known = keysOf(nodesAt(jsonOf(schema), places));
    const [like] = nearest(key, [...new Set(known)], 1);
    const meant = like !== undefined && (like.includes(key) || edits(key, like) <= Math.max(2, key.length / 3));
    return meant ? `${message} (did you mean "${like}"?)` : message;
  });
}

/** A schema as arktype writes it down: alternatives are lists. */
type Node =
  | {
    readonly required?: readonly { readonly key: string; readonly value: Node }[];
    readonly optional?: readonly { readonly key: string; readonly value: Node }[];
    readonly index?: readonly { readonly value: Node }[];
    readonly sequence?: Node;
  }
  | readonly Node[]
  | string
  | undefined;

function jsonOf(schema: unknown): Node {
  return typeof schema === "function" && "json" in schema ? schema.json as Node : undefined;
}

/** All that the value at a path may be. */
function nodesAt(node: Node, path: readonly string[]): Exclude<Node, readonly Node[] | string | undefined>[] {
  if (isList(node)) return node.flatMap((each) => nodesAt(each, path));
  if (node === undefined || typeof node === "string") return [];
  if (path.length === 0) return [node];
  const [key, ...rest] = path;
  const named = [...node.required ?? [], ...node.optional ?? []].filter((each) => each.key === key);
  const inside = [...named, ...node.index ?? []].map(({ value }) => value);
  return [...inside, node.sequence].flatMap((each) => nodesAt(each, rest));
}

function keysOf(nodes: ReturnType<typeof nodesAt>): string[] {
  return nodes.flatMap(({ required = [], optional = [] }) => [...required, ...optional].map(({ key }) => key));
}

function isList(node: Node): node is readonly Node[] {
  return Array.isArray(node);
}
