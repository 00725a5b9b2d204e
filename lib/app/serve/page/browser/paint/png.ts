/** Label planes as PNG files: values of labels, or colours of segments. @module */

/**
 * Encodes pixels of 8 bits a channel as a PNG (ISO/IEC 15948, colour types 0 and 2).
 *
 * @param values height·width values for a grey picture, three times as many for a coloured one, row-major
 * @throws {RangeError} where there are not so many
 */
export async function encodePng(values: Uint8Array, height: number, width: number): Promise<Blob> {
  const channels = values.length / (height * width);
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`Cannot encode ${values.length} values as a picture of ${height} × ${width}`);
  }
  const row = channels * width;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, channels === 3 ? 2 : 0, 0, 0, 0], 8); // 8 bits, deflate, adaptive filters, not interlaced
  const lines = new Uint8Array(height * (row + 1));
  for (let y = 0; y < height; y++) lines.set(values.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const stream = new Blob([lines]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(stream).arrayBuffer());
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const chunks = [chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", new Uint8Array(0))];
  return new Blob([signature, ...chunks], { type: "image/png" });
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, checksum(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** CRC-32 as PNG has it. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
