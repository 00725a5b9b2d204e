/**
 * What a stand-in part is made of, as plain data. Lengths are pixels of the 512 × 512 picture in the part's own frame
 * (x to the right, y down), angles are radians, tones are sRGB levels 0 to 255.
 * @module
 */
import type { PartKind } from "./kinds.ts";

/** The side of the pictures. */
export const SIZE = 512;

/** A point, x and y. */
export type Point = readonly [x: number, y: number];

/** One wave of an outline: `amplitude` (of the radius) · cos(`k`·φ + `phase`). */
export interface Lobe {
  readonly k: number;
  readonly amplitude: number;
  readonly phase: number;
}

/** A closed outline around a middle. */
export interface Outline {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  readonly lobes: readonly Lobe[];
}

/** How the part lies under the camera. */
export interface Pose {
  readonly dx: number;
  readonly dy: number;
  readonly angle: number;
  readonly scale: number;
}

/** Light, lens and sensor. */
export interface Exposure {
  readonly gain: number;
  readonly tint: readonly [r: number, g: number, b: number];
  /** Relative change of brightness from one side of the picture to the other, and its direction. */
  readonly gradient: number;
  readonly gradientAngle: number;
  readonly contrast: number;
  /** Standard deviation of the blur, 0 is none. */
  readonly focus: number;
  /** How much the camera sharpens. */
  readonly sharpen: number;
  /** Standard deviation of the noise in levels, and where the noise tile starts. */
  readonly noise: number;
  readonly noisePhase: readonly [number, number];
  /** Rows of black at the bottom. */
  readonly blackRows: number;
}

/** The aluminium around the piezo. */
export interface Membrane {
  readonly phase: readonly [number, number];
  readonly contrast: number;
  readonly tone: number;
  /** Turns the bright and dark sectors of the ring. */
  readonly turn: number;
  readonly speckle: number;
}

/** The kinds of surface that a good piezo may have. */
export const TEXTURES = ["woven", "fine", "striped", "grained"] as const;

/** The round piezo. */
export interface Piezo {
  readonly texture: typeof TEXTURES[number];
  readonly angle: number;
  readonly contrast: number;
  readonly phase: readonly [number, number];
  readonly tone: number;
  /** How much brighter the bottom is than the top, in levels. */
  readonly slope: number;
  readonly border: number;
  /** The heights at which the dark coat of the border ends, left and right, and its strength 0 to 1. */
  readonly coat: readonly [left: number, right: number];
  readonly coatStrength: number;
}

/** A solder dot. */
export interface Solder extends Outline {
  /** The bright middle: its offset and size relative to the dot. */
  readonly shineX: number;
  readonly shineY: number;
  readonly shine: number;
  readonly rim: number;
  readonly phase: readonly [number, number];
  /** The direction in which the crease runs to the wire; none where no wire is soldered. */
  readonly crease?: Point;
  /** Flux that has run out: its offset, and how visible it is. */
  readonly flux: { readonly dx: number; readonly dy: number; readonly alpha: number; readonly grow: number };
  /** 0 is bright metal, 1 is burned black. */
  readonly burn: number;
  /** 0 is smooth, 1 is a poor, crumbly surface. */
  readonly rough: number;
}

/** A wire along a curve through its points, from the solder dot down. */
export interface Wire {
  readonly points: readonly Point[];
  readonly width: number;
  readonly tone: number;
  /** How silvery the upper part is, in levels. */
  readonly sheen: number;
  /** The length over which it rises out of the solder. */
  readonly fade: number;
  /** Drawn over the pins instead of ending below them. */
  readonly above: boolean;
  /** Discoloured from burning: 0 none, 1 black; around a place 0 to 1 along the wire. */
  readonly burn?: { readonly at: number; readonly reach: number; readonly strength: number };
}

/** A pin, which goes out of focus towards the bottom. */
export interface Pin {
  /** The middle of its upper edge. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Sideways per pixel down. */
  readonly tilt: number;
  readonly tone: number;
  readonly softness: number;
  readonly phase: number;
}

/** A thin line: scratch, crack, hair, gloss of glue. */
export interface Stroke {
  readonly shape: "stroke";
  readonly points: readonly Point[];
  readonly width: number;
  readonly tone: number;
  readonly alpha: number;
  /** A bright line beside it, in levels. */
  readonly flank: number;
  /** How much the strength varies along the line, 0 to 1. */
  readonly broken: number;
}

/** A patch: plastic, metal, paste, burn, a place where the piezo has broken off. */
export interface Patch extends Outline {
  readonly shape: "patch";
  readonly colour: readonly [r: number, g: number, b: number];
  readonly alpha: number;
  /** Width of the edge. */
  readonly softness: number;
  /** How strongly the surface varies, in levels, and how coarse it is. */
  readonly texture: number;
  readonly coarse: boolean;
  /** Brightness of a lit edge and of a shadow beside it, in levels. */
  readonly edge: number;
  readonly shadow: number;
  readonly phase: readonly [number, number];
}

/** A ball of solder. */
export interface Ball {
  readonly shape: "ball";
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly alpha: number;
}

export type Mark = Stroke | Patch | Ball;

/** The dark round spot in the lower middle. */
export interface Spot extends Outline {
  readonly tone: number;
}

/** A whole part. */
export interface PartSpec {
  readonly seed: number;
  readonly index: number;
  readonly kind: PartKind;
  /** From 0, barely visible, to 1, obvious; 0 for good parts. */
  readonly severity: number;
  readonly pose: Pose;
  readonly exposure: Exposure;
  readonly membrane: Membrane;
  readonly piezo: Piezo;
  readonly spot: Spot;
  readonly solders: readonly Solder[];
  readonly wires: readonly Wire[];
  readonly pins: readonly Pin[];
  /** What lies on the piezo below the solder, and on top of everything but the pins. */
  readonly under: readonly Mark[];
  readonly over: readonly Mark[];
}
