/**
 * HTML from templates that escape what is put in, so that no file name can break a page.
 * @module
 */

/** Text that is HTML already. Only {@linkcode markup} and {@linkcode trusted} make it. */
export interface Markup {
  readonly html: string;
}

type Value = Markup | string | number | undefined | false | readonly Markup[];

/**
 * Escapes text for element content and for quoted attributes. Control characters, which HTML does not allow, become U+FFFD.
 *
 * ```ts
 * import { escapeHtml } from "./markup.ts";
 * console.assert(escapeHtml(`<b> & "c"`) === "&lt;b&gt; &amp; &quot;c&quot;");
 * ```
 */
export function escapeHtml(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex
    .replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Declares text to be HTML: for constants of this folder and charts that hold no foreign text. */
export function trusted(text: string): Markup {
  return { html: text };
}

/**
 * A template tag: strings and numbers are escaped, {@linkcode Markup} is kept, `undefined` and `false` vanish.
 *
 * ```ts
 * import { markup } from "./markup.ts";
 * const cell = markup`<td>${"a < b"}</td>`;
 * console.assert(markup`<tr>${[cell]}</tr>`.html === "<tr><td>a &lt; b</td></tr>");
 * ```
 */
export function markup(strings: TemplateStringsArray, ...values: Value[]): Markup {
  return { html: strings.map((text, i) => (i === 0 ? "" : render(values[i - 1])) + text).join("") };
}

function render(value: Value): string {
  if (value === undefined || value === false) return "";
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  if ("html" in value) return value.html;
  return value.map((part) => part.html).join("\n");
}

/** A file name: wraps anywhere, and its direction marks change nothing around it. */
export function fileName(id: string): Markup {
  return markup`<bdi class="file">${id}</bdi>`;
}
