/** The version of the stand-in. @module */

/** Changes with any picture of a size, its name or its place; results of two versions must not be put side by side. */
export const STAND_IN_VERSION = 2;
