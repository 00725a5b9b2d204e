/**
 * `deno task fuzz [--seconds 60] [--seed N] [PARSER…]`: every parser on changed files, a minute each. What goes wrong is kept
 * in tests/fuzz/corpus, so that it fails until it is mended; then `deno task pin`, and it stays.
 * @module
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { fuzz, keepFailure, readCorpus } from "./fuzz.ts";
import { PARSERS } from "./parsers.ts";

const { values, positionals } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string" } },
  allowPositionals: true,
});
const seconds = Number(values.seconds);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const unknown = positionals.find((name) => !Object.hasOwn(PARSERS, name));
if (!(seconds > 0) || !Number.isSafeInteger(seed) || unknown !== undefined) {
  console.error(`Cannot fuzz ${unknown ?? values.seconds}: the parsers are ${Object.keys(PARSERS).join(", ")}`);
  process.exit(2);
}
console.log(`Seed ${seed}, ${seconds} s a parser`);
let wrong = 0;
for (const parser of positionals.length > 0 ? positionals : Object.keys(PARSERS)) {
  const { tries, failures } = await fuzz(parser, { seed, seconds, corpus: await readCorpus(parser) });
  console.log(`${parser}: ${tries} tries, ${failures.length === 0 ? "all well" : `${failures.length} wrong`}`);
  wrong += failures.length;
  for (const failure of failures) console.log(`  ${await keepFailure(parser, failure)}: ${failure.reason}`);
}
process.exit(wrong > 0 ? 1 : 0);
