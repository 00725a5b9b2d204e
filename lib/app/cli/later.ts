/** Code that is loaded when it is wanted. @module */

/**
 * Imports a module. Deno reads at the start all that a literal `import()` names, with everything behind it; a name that is
 * computed it reads when it is reached. The type says which module it is: `typeof import("./a.ts")`.
 *
 * @param from the file that names it: `import.meta.url`
 */
export function later<Module>(name: `./${string}.ts` | `../${string}.ts`, from: string): Promise<Module> {
  return import(new URL(name, from).href);
}
