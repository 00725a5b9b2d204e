/**
 * Modbus TCP (Modbus Application Protocol 1.1b3): a server that a controller polls for the last verdict. Everything is read-only.
 *
 * | register | content                                                                                     |
 * | -------- | ------------------------------------------------------------------------------------------- |
 * | 0        | verdicts since the service began, modulo 65,536: a change says that there is a new one       |
 * | 1        | 0 none yet, 1 good, 2 to be looked at, 3 bad, 4 unread, 5 not judged                         |
 * | 2–3      | the score, a float of 32 bits with the high word first; NaN where there is none               |
 * | 4–5      | the threshold                                                                               |
 * | 6–7      | the number of the part, 32 bits with the high word first                                     |
 * | 8        | seconds since the service began, modulo 65,536: it stands still where the service does       |
 *
 * They are read as holding (3) or input registers (4). Discrete inputs (2) and coils (1): 0 good, 1 to be looked at, 2 bad,
 * 3 the last picture was not judged or not read.
 * @module
 */
import { Buffer } from "node:buffer";
import { createServer, type Socket } from "node:net";
import type { LineMessage } from "./message.ts";

/** Where it listens. */
export interface ModbusSettings {
  /** 127.0.0.1 where left out: the protocol knows no passwords. */
  readonly host?: string;
  /** 502 where left out. */
  readonly port?: number;
}

/** A server that answers until it is closed. */
export interface ModbusServer {
  readonly port: number;
  /** Takes a verdict. */
  take(message: LineMessage): void;
  close(): Promise<void>;
}

const REGISTERS = 9;
const CODES: Readonly<Record<string, number>> = { good: 1, review: 2, bad: 3, unread: 4, not_judged: 5 };
/** The exceptions of the protocol. */
const [ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE] = [1, 2, 3];

/**
 * Opens a server.
 *
 * @throws {Error} where the port cannot be listened on
 */
export async function openModbus({ host = "127.0.0.1", port = 502 }: ModbusSettings): Promise<ModbusServer> {
  const registers = Buffer.alloc(2 * REGISTERS);
  registers.writeFloatBE(NaN, 4);
  const begun = Date.now();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    let waiting = Buffer.alloc(0);
    socket.on("data", (data: Buffer) => {
      waiting = Buffer.concat([waiting, data]);
      for (let length = frameOf(waiting); length !== undefined; length = frameOf(waiting)) {
        if (length < 0) return void socket.destroy();
        registers.writeUInt16BE(Math.floor((Date.now() - begun) / 1000) % 65_536, 16);
        socket.write(answerTo(waiting.subarray(0, length), registers));
        waiting = waiting.subarray(length);
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    take({ decision = "", score, threshold, part }) {
      registers.writeUInt16BE((registers.readUInt16BE(0) + 1) % 65_536, 0);
      registers.writeUInt16BE(CODES[decision] ?? 0, 2);
      registers.writeFloatBE(score ?? NaN, 4);
      registers.writeFloatBE(threshold ?? NaN, 8);
      registers.writeUInt32BE((part ?? 0) >>> 0, 12);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The bytes of the first frame; undefined where it is not whole yet, negative where it is none. */
function frameOf(bytes: Buffer): number | undefined {
  if (bytes.length < 8) return undefined;
  const length = bytes.readUInt16BE(4);
  if (bytes.readUInt16BE(2) !== 0 || length < 2 || length > 254) return -1;
  return bytes.length >= 6 + length ? 6 + length : undefined;
}

/** The frame of an answer: the head of the request, and what was asked for or why not. */
function answerTo(frame: Buffer, registers: Buffer): Buffer {
  const code = frame[7];
  const body = bodyFor(code, frame.subarray(8), registers);
  const said = typeof body === "number" ? Buffer.from([code | 0x80, body]) : Buffer.concat([Buffer.from([code]), body]);
  const head = Buffer.from(frame.subarray(0, 7));
  head.writeUInt16BE(said.length + 1, 4);
  return Buffer.concat([head, said]);
}

/** What was read, with its length before it; the number of an exception where it cannot be. */
function bodyFor(code: number, request: Buffer, registers: Buffer): Buffer | number {
  if (![1, 2, 3, 4].includes(code)) return ILLEGAL_FUNCTION;
  if (request.length !== 4) return ILLEGAL_VALUE;
  const [address, count] = [request.readUInt16BE(0), request.readUInt16BE(2)];
  const words = code >= 3;
  if (count < 1 || count > (words ? 125 : 2000)) return ILLEGAL_VALUE;
  if (address + count > (words ? REGISTERS : 4)) return ILLEGAL_ADDRESS;
  if (words) {
    const data = registers.subarray(2 * address, 2 * (address + count));
    return Buffer.concat([Buffer.from([data.length]), data]);
  }
  const decision = registers.readUInt16BE(2);
  const all = [decision === 1, decision === 2, decision === 3, decision >= 4];
  const bits = all.slice(address, address + count).reduce((sum, bit, i) => sum | (bit ? 1 << i : 0), 0);
  return Buffer.from([1, bits]);
}
