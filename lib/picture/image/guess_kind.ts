/** Whether a file is a picture, without decoding it. @module */
import { extname } from "node:path";
import { sniffFormat } from "./format.ts";
import { readHead } from "../../base/io/read_head.ts";

/** Extensions of the formats that are read. */
const READ = /\.(png|apng|jpe|jpe?g|jfif|jif|webp|tiff?|bmp|dib)$/i;
/** Extensions of pictures that are not read, some of them text. */
const UNREAD =
  /\.(gif|p[bgpn]m|pfm|jp2|j2k|jpx|jxl|heic|heif|avif|svg|psd|exr|hdr|ico|dcm|raw|dng|nef|cr[23]|arw|orf|rw2|xcf)$/i;
/** What often lies beside pictures and is none. */
const NEVER =
  /(^|[/\\])(thumbs\.db|desktop\.ini)$|\.(txt|csv|tsv|json|jsonl|xml|ya?ml|md|html?|log|ini|db|py|ipynb|npy|npz|pkl|mat|zip|gz|tar|7z|pdf|docx?|xlsx?|onnx|safetensors|pth?|ckpt)$/i;

/**
 * `picture` where it is read, by extension or, where that says nothing, by content; `unread` where it may be a picture of a
 * kind that is not read; else `other`: text, and what is no picture by its extension.
 *
 * A file with the extension of a picture is one whatever its content, so that it is told of where it cannot be read.
 */
export async function guessKind(path: string): Promise<"picture" | "unread" | "other"> {
  if (READ.test(path)) return "picture";
  if (UNREAD.test(path)) return "unread";
  if (NEVER.test(path)) return "other";
  const head = await readHead(path, 64).catch(() => undefined);
  if (!head) return "unread";
  if (head.length === 0) return extname(path) === "" ? "unread" : "other";
  if (isText(head)) return "other";
  return sniffFormat(head) ? "picture" : "unread";
}

function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 9 || byte === 10 || byte === 12 || byte === 13 || byte >= 32 && byte !== 127);
}
