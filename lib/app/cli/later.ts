/** Code that is loaded when it is wanted. @module */

/**
 * Imports a module of this folder. Deno reads at the start all that a literal `import()` names, with everything behind it;
 * a name that is computed it reads when it is reached. The type says which module it is: `typeof import("./a.ts")`.
 */
export function later<Module>(name: `./${string}.ts`): Promise<Module> {
  return import(new URL(name, import.meta.url).href);
}
