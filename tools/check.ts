/**
 * Everything about the code that needs no test: format, lint and types of each configuration, layers, the map of rooms, what is
 * fetched and committed, and what the exports say of themselves.
 *
 *     deno task check             # every step, two at a time
 *     deno task check lint        # only the steps whose names have the word
 *
 * A step that fails is named behind what it says, and the others are done none the less.
 */

const STEPS_AT_ONCE = 2;

interface Step {
  readonly name: string;
  /** Where it runs, from the project's folder. */
  readonly folder: string;
  /** The words behind `deno`. */
  readonly words: readonly string[];
}

const step = (name: string, words: string, folder = "."): Step => ({ name, folder, words: words.split(" ") });

/** Format and lint of the files of one configuration. */
function style(name: string, files: string, config: string, folder?: string): Step[] {
  return [
    step(`format of ${name}`, `fmt --check --quiet${config} ${files}`.trimEnd(), folder),
    step(`lint of ${name}`, `lint --quiet${config} ${files}`.trimEnd(), folder),
  ];
}

/**
 * Files that have a configuration of their own, so that nobody else fetches their packages. Their types are looked at with all
 * others; that nothing is imported but what the configuration names is seen by loading them.
 */
function apart(folder: string): Step[] {
  const config = ` --config ${folder}/deno.json`;
  return [...style(folder, folder, config), step(`imports of ${folder}`, `cache --quiet${config} ${folder}`)];
}

/** Files whose types nothing else looks at; the configuration excludes by its own folder, so that it is asked from there. */
function inside(folder: string, main: string): Step[] {
  return [...style(folder, ".", "", folder), step(`types of ${folder}`, `check --quiet ${main}`, folder)];
}

const PRODUCT = "lib packages pipelines";
const REDIS = "lib/app/queue/redis";

/** The longest first: two at a time then end together. */
const STEPS: readonly Step[] = [
  // One program of all that shares files, examples in comments included: the configuration of the tests has every package.
  step("types", `check --config tests/deno.json --quiet --doc mod.ts types.ts ${PRODUCT} tests tools bench`),
  ...inside("lib/app/serve/connect/opcua", "main.ts"),
  step("imports", `cache --quiet mod.ts types.ts ${PRODUCT}`),
  step(
    "what the exports say of themselves",
    "doc --quiet --lint mod.ts types.ts lib/engine/graph/mod.ts lib/engine/train/mod.ts lib/method/pretrain/mod.ts " +
      "lib/picture/stand_in/mod.ts lib/method/evaluate/mod.ts",
  ),
  ...apart("lib/app/serve"),
  ...inside("lib/app/serve/page/browser", "main.tsx"),
  ...inside("lib/app/serve/connect/mqtt", "main.ts"),
  ...apart("lib/app/page"),
  ...style("all that has no other configuration", "", ""),
  ...apart(REDIS),
  step("the page of the service", "task --quiet build:page --check"),
  step("layers", "run --no-prompt --allow-read=. tools/check_layers.ts"),
  step("the map of rooms", "run --no-prompt --allow-read=. tools/architecture.ts --check"),
  step("the licences of all dependencies", "run --no-prompt --allow-read=. tools/third_party.ts --check"),
  step(
    "the hashes of committed binaries",
    "run --no-prompt --allow-read=. --allow-env --allow-run=git tools/pin_binaries.ts --check",
  ),
];

/** Runs one step; what it says is shown in one piece where it fails. */
async function pass({ name, folder, words }: Step): Promise<boolean> {
  const begin = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...words],
    cwd: folder,
    stdin: "null",
  }).output();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  if (success) console.log(`ok      ${name} (${seconds} s)`);
  else {
    const decoder = new TextDecoder();
    const where = folder === "." ? "" : `cd ${folder} && `;
    console.error(`${decoder.decode(stdout)}${decoder.decode(stderr)}`.trimEnd());
    console.error(`FAILED  ${name}: ${where}deno ${words.join(" ")}`);
  }
  return success;
}

if (import.meta.main) {
  const chosen = STEPS.filter(({ name }) => Deno.args.every((word) => name.includes(word)));
  const failed: string[] = [];
  const waiting = chosen.values();
  const hand = async () => {
    for (const next of waiting) if (!await pass(next)) failed.push(next.name);
  };
  await Promise.all(Array.from({ length: STEPS_AT_ONCE }, hand));
  if (chosen.length === 0) console.error(`No step is named ${Deno.args.join(" ")}`);
  if (failed.length > 0) console.error(`${failed.length} of ${chosen.length} failed: ${failed.join(", ")}`);
  Deno.exit(failed.length > 0 || chosen.length === 0 ? 1 : 0);
}
