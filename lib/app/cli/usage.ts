/** The lines that show how a command is used, broken between options and never inside one. @module */
import { stripVTControlCharacters } from "node:util";

const LABEL = "Usage: ";

/**
 * Breaks the lines of "Usage:" again, which the library for options breaks between any two words: an option stays with
 * its value and its brackets. An alternative that is help alone gets a line of its own.
 *
 * @param program the command, with which each way of using it begins
 */
export function tidyUsage(text: string, program: string, width: number): string {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => stripVTControlCharacters(line).startsWith(LABEL));
  if (first < 0) return text;
  let end = first + 1;
  const indent = " ".repeat(LABEL.length);
  while (end < lines.length && lines[end].startsWith(indent)) end++;
  const ways: string[] = [];
  for (const line of lines.slice(first, end)) {
    const own = stripVTControlCharacters(line).slice(LABEL.length);
    // A line that was broken inside a program's name has another one before it.
    if (ways.length === 0 || own.startsWith(`${program} `)) ways.push(own);
    else ways[ways.length - 1] = join(ways[ways.length - 1], own);
  }
  const tidy = ways.flatMap((way) => withoutHelp(way, program)).flatMap((way) =>
    wrap(way, width - LABEL.length, program)
  );
  return [
    ...lines.slice(0, first),
    ...tidy.map((line, i) => (i === 0 ? LABEL : indent) + line),
    ...lines.slice(end),
  ].join("\n");
}

function join(before: string, after: string): string {
  return /[[(]$/.test(before) || /^[\])]|^\.\.\./.test(after) ? before + after : `${before} ${after}`;
}

/** `program (… | --help)` as two ways. */
function withoutHelp(way: string, program: string): string[] {
  const [, own] = /^\((.*) \| --help\)$/.exec(way.slice(program.length + 1)) ?? [];
  return own === undefined ? [way] : [`${program} ${own}`, `${program} --help`];
}

function wrap(way: string, width: number, program: string): string[] {
  const lines = [program];
  for (const piece of pieces(way.slice(program.length).trim())) {
    const last = lines[lines.length - 1];
    if (last.length + 1 + piece.length <= width) lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(piece);
  }
  return lines;
}

/** What must stay together: brackets with what is in them, an option with its value. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let joined = false;
  for (const word of text.split(" ").filter((word) => word !== "")) {
    if (joined) found[found.length - 1] += ` ${word}`;
    else found.push(word);
    depth += word.split(/[[(]/).length - word.split(/[\])]/).length;
    joined = depth > 0 || !joined && /^--/.test(word);
  }
  return found;
}
