/**
 * Tells which files of the toolkit a module reaches: at once when it is loaded, with what it may load later, and with the
 * files that only its types come from.
 *
 *     deno run --allow-read=. --allow-run=deno tools/import_graph.ts lib/product/model/scorer.ts
 */
import { dirname, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What a file imports, by the kind of import; file URLs. */
export interface Imports {
  readonly static: readonly string[];
  readonly dynamic: readonly string[];
  readonly types: readonly string[];
}

/** How far to go. */
export type Kind = keyof Imports;

interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly isDynamic?: true;
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

/** The imports of all files that a module reaches, as Deno resolves them. */
export async function importsOf(entry: string, root: string): Promise<ReadonlyMap<string, Imports>> {
  const command = new Deno.Command("deno", { args: ["info", "--json", entry], cwd: root, stderr: "inherit" });
  const { stdout, success } = await command.output();
  if (!success) throw new Error(`Cannot follow the imports of "${entry}"`);
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as Info;
  return new Map(modules.map(({ specifier, dependencies = [] }) => {
    const code = dependencies.filter((each) => each.code?.specifier);
    const of = (isDynamic: boolean) =>
      code.filter((each) => Boolean(each.isDynamic) === isDynamic).map((each) => each.code!.specifier!);
    const types = dependencies.flatMap(({ type }) => type?.specifier ?? []);
    return [specifier, { static: of(false), dynamic: of(true), types }];
  }));
}

/** The files of this project that are reached from one by imports of some kinds, itself among them; relative to the root. */
export function reached(
  entry: string,
  root: string,
  imports: ReadonlyMap<string, Imports>,
  kinds: readonly Kind[],
): string[] {
  const base = pathToFileURL(`${resolve(root)}/`).href;
  const found = new Set<string>();
  const waiting = [pathToFileURL(resolve(root, entry)).href];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (found.has(next) || !next.startsWith(base)) continue;
    found.add(next);
    const own = imports.get(next);
    for (const kind of kinds) waiting.push(...own?.[kind] ?? []);
  }
  return Array.from(found, (url) => url.slice(base.length)).sort();
}

if (import.meta.main) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  for (const entry of process.argv.slice(2)) {
    const imports = await importsOf(entry, root);
    const files = (...kinds: readonly Kind[]) => reached(entry, root, imports, kinds);
    const [first, later, typed] = [files("static"), files("static", "dynamic"), files("static", "dynamic", "types")];
    console.log(
      `${entry}: ${first.length} files, ${later.length} with what it may load later, ${typed.length} with types`,
    );
    const rooms = Map.groupBy(first, (file) => file.split("/").slice(0, -1).slice(0, 3).join("/"));
    for (const [room, own] of rooms) console.log(`  ${String(own.length).padStart(3)} ${room}`);
  }
}
