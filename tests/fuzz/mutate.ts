/** Changing files so that parsers meet what nobody writes. @module */
import { type Random, seededRandom } from "../../lib/base/tensor/random.ts";

/** Numbers at which parsers go wrong, in bytes of either order. */
const EDGES: readonly (readonly number[])[] = [
  [0],
  [1],
  [0x7f],
  [0x80],
  [0xff],
  [0xff, 0xff],
  [0x7f, 0xff],
  [0xff, 0x7f],
  [0, 0, 0, 0x80],
  [0x7f, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff],
  [0, 0, 0, 1],
  [1, 0, 0, 0],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0, 0, 0xc0, 0x7f],
  [0, 0, 0x80, 0x7f],
];

/** Words at which parsers of text go wrong. */
const WORDS = [
  ...["-1", "0", "1e999", "-1e999", "1e308", "NaN", "null", "true", '""', "[]", "{}", "9007199254740993", "4294967296"],
  ...["0.5", '"constructor"', '"__proto__"', '"toString"', "__proto__", "constructor", '"../x"', '"/"', "\u0000", "\n"],
  ...["\r", '"', ",", ":", "\\u0000", "\ufeff", "{", "}", "[", "]", "=1+1", "../..", "\ud800", "ä"],
].map((word) => new TextEncoder().encode(word));

/** No input grows beyond this. */
const LONGEST = 1 << 16;

/**
 * The input of one try: a file of the corpus as it is for the first ones, then one of them with one to eight changes. The same
 * numbers give the same bytes.
 */
export function inputOf(corpus: readonly Uint8Array[], seed: number, number: number): Uint8Array<ArrayBuffer> {
  if (number < corpus.length) return Uint8Array.from(corpus[number]);
  const random = seededRandom((seed * 1_000_003 + number) % 0x1_0000_0000);
  let bytes = Uint8Array.from(corpus[random.below(corpus.length)]);
  const changes = 1 + random.below(8) * random.below(2);
  for (let i = 0; i < changes; i++) bytes = change(bytes, corpus, random).slice(0, LONGEST);
  return bytes;
}

function change(
  bytes: Uint8Array<ArrayBuffer>,
  corpus: readonly Uint8Array[],
  random: Random,
): Uint8Array<ArrayBuffer> {
  const place = () => random.below(bytes.length + 1);
  /** Some bytes from one place on; most are few, as fields are. */
  const span = (from: number) => random.below(Math.min(bytes.length - from, random.below(2) ? 8 : 4096) + 1);
  const put = (from: number, to: number, part: ArrayLike<number>) =>
    Uint8Array.from([...bytes.subarray(0, from), ...Array.from(part), ...bytes.subarray(to)]);
  const from = place();
  switch (random.below(9)) {
    case 0: {
      if (bytes.length === 0) return bytes;
      bytes[from % bytes.length] ^= 1 << random.below(8);
      return bytes;
    }
    case 1: {
      if (bytes.length === 0) return bytes;
      bytes[from % bytes.length] = random.below(256);
      return bytes;
    }
    case 2: {
      const edge = EDGES[random.below(EDGES.length)];
      return put(from, Math.min(bytes.length, from + edge.length), edge);
    }
    case 3:
      return put(from, from, EDGES[random.below(EDGES.length)]);
    case 4:
      return put(from, from + span(from), []);
    case 5:
      return bytes.slice(0, from);
    case 6: {
      const part = bytes.slice(from, from + span(from));
      const at = place();
      return put(at, at, part);
    }
    case 7: {
      // A number or a word in a text, or what stands between two marks.
      const word = WORDS[random.below(WORDS.length)];
      const text = new TextDecoder("latin1").decode(bytes);
      const tokens = [...text.matchAll(/-?[\d.]+(?:e[+-]?\d+)?|"[^"]*"|[a-zA-Z_]+|[[\]{},:]/g)];
      if (tokens.length === 0) return put(from, from, word);
      const token = tokens[random.below(tokens.length)];
      return put(token.index, token.index + token[0].length * random.below(2), word);
    }
    default: {
      const other = corpus[random.below(corpus.length)];
      return put(from, bytes.length, other.subarray(random.below(other.length + 1)));
    }
  }
}
