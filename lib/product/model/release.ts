/** The version of this software. @module */

/** As in `deno.json`. */
export const RELEASE = "0.1.0";
