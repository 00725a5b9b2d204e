/** Decoded pixels inside this folder: grey stays one channel until the end, which makes resizing three times cheaper. @module */
import type { Dim } from "../../base/tensor/tensor.ts";
import { type Photo, photo } from "../../domain.ts";

/** 8-bit samples, row-major, channels interleaved: grey or RGB. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** The photograph of some pixels; grey is repeated into R, G and B. */
export function toPhoto({ height, width, channels, data }: Pixels): Photo {
  return photo([height, width, 3], channels === 3 ? data : repeatGrey(data));
}

/** The pixels of a photograph, sharing its data. */
export function toPixels(photo: Photo<Dim, Dim>): Pixels {
  const [height, width] = photo.shape;
  return { height, width, channels: 3, data: photo.data as Uint8Array<ArrayBuffer> };
}

function repeatGrey(grey: Uint8Array): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(grey.length * 3);
  for (let i = 0, j = 0; i < grey.length; i++) {
    const value = grey[i];
    data[j++] = value;
    data[j++] = value;
    data[j++] = value;
  }
  return data;
}
