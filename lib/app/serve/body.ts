/** Pictures in the body of a request: files in a form, the bytes of one file, or a frame of a camera. @module */
import type { RawFrame } from "../../picture/image/read_source.ts";
import { ServiceError } from "./http/errors.ts";
import { readBody } from "./http/route.ts";

/** The samples of frames: channels, and whether they have 16 bits. */
export const FRAME_FORMATS = {
  grey8: [1, false],
  rgb8: [3, false],
  grey16: [1, true],
  rgb16: [3, true],
} as const;

/** What the query says of a body that is no form. */
export interface BodyQuery {
  readonly name?: string;
  readonly width?: number;
  readonly height?: number;
  readonly format?: keyof typeof FRAME_FORMATS;
}

/** A picture as it was sent. */
export interface SentPicture {
  readonly name: string;
  /** The name of the form's field; empty where there is no form. */
  readonly field: string;
  readonly picture: Uint8Array<ArrayBuffer> | RawFrame;
}

/** Whether a request has a form. */
export function isForm(request: Request): boolean {
  return /^multipart\/form-data\b/i.test(request.headers.get("content-type") ?? "");
}

/**
 * The pictures of a request.
 *
 * @param most bytes of the body
 * @throws {ServiceError} where there is none, or they are not as the query says
 */
export async function readPictures(request: Request, query: BodyQuery, most: number): Promise<SentPicture[]> {
  const bytes = await readBody(request, most);
  if (!isForm(request)) {
    if (bytes.length === 0) throw new ServiceError("invalid", "Cannot take a picture as the body is empty");
    return [{ name: query.name ?? "picture", field: "", picture: isFrame(query) ? frameOf(bytes, query) : bytes }];
  }
  const files = await filesOf(bytes, request.headers.get("content-type")!);
  if (files.length === 0) throw new ServiceError("invalid", "Cannot take pictures as the form has no file");
  return files;
}

/** The files of a form, and those of its texts that are called so. */
export async function readForm(request: Request, most: number): Promise<FormData> {
  if (!isForm(request)) throw new ServiceError("invalid", "Cannot take the body as it is no form with files");
  return await formOf(await readBody(request, most), request.headers.get("content-type")!);
}

async function filesOf(bytes: Uint8Array<ArrayBuffer>, kind: string): Promise<SentPicture[]> {
  const found: SentPicture[] = [];
  for (const [field, value] of (await formOf(bytes, kind)).entries()) {
    if (typeof value === "string") continue;
    found.push({ field, name: value.name || field, picture: new Uint8Array(await value.arrayBuffer()) });
  }
  return found;
}

async function formOf(bytes: Uint8Array<ArrayBuffer>, kind: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { "content-type": kind } }).formData();
  } catch (cause) {
    throw new ServiceError("invalid", "Cannot take the form as it is not whole", { cause });
  }
}

function isFrame({ width, height, format }: BodyQuery): boolean {
  return width !== undefined || height !== undefined || format !== undefined;
}

function frameOf(bytes: Uint8Array<ArrayBuffer>, { width, height, format }: BodyQuery): RawFrame {
  if (!width || !height || !format) {
    throw new ServiceError("invalid", "Cannot take a frame as width, height and format must all be named");
  }
  const [channels, wide] = FRAME_FORMATS[format];
  const expected = width * height * channels * (wide ? 2 : 1);
  if (bytes.length !== expected) {
    throw new ServiceError(
      "invalid",
      `Cannot take a frame of ${width} × ${height} pixels in ${format} as it has ${expected} bytes: ${bytes.length} came`,
    );
  }
  return { width, height, channels, data: wide ? littleEndian(bytes) : bytes };
}

function littleEndian(bytes: Uint8Array<ArrayBuffer>): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true));
}
