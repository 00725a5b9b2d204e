/** Tabs without a script: radio buttons and the style sheet show one panel. @module */
import { type Markup, markup } from "./markup.ts";
import { MAX_TABS } from "./style.ts";

/** A panel and the name on its tab. */
export interface Tab {
  name: string;
  body: Markup;
}

/**
 * One panel at a time. A single panel has no tabs; more than {@linkcode MAX_TABS} stand one below the other.
 *
 * @param group a name of the group that no other group of the page has; letters, digits and dashes
 * @param everyInPrint whether all panels are printed, or the shown one alone
 *
 * ```ts
 * import { markup } from "./markup.ts";
 * import { tabs } from "./tabs.ts";
 * const two = ["a", "b"].map((name) => ({ name, body: markup`<p>${name}</p>` }));
 * console.assert(tabs("letters", "Letter", two, true).html.split("<section").length === 3);
 * ```
 */
export function tabs(group: string, legend: string, panels: readonly Tab[], everyInPrint: boolean): Markup {
  if (panels.length < 2 || panels.length > MAX_TABS) return markup`${panels.map(({ body }) => body)}`;
  const buttons = panels.map(({ name }, i) =>
    markup`<input type="radio" name="${group}" id="${group}-${i}"${
      i === 0 && markup` checked`
    }><label for="${group}-${i}">${name}</label>`
  );
  return markup`<fieldset class="tabs${everyInPrint && " every"}"><legend>${legend}</legend>
${buttons}
${panels.map(({ body }) => markup`<section>${body}</section>`)}
</fieldset>`;
}
