/** What the backbone has seen, in a file of this process alone: memory stays what it is however many pictures there are. @module */
import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Records of one length, each under a number. */
export interface SeenFile {
  /** How many records there is room for. */
  readonly room: number;
  /** Keeps a record, over what was there; false where the disk takes no more. */
  write(number: number, record: Uint8Array): boolean;
  /** A copy of what was kept. */
  read(number: number): Uint8Array<ArrayBuffer>;
  close(): void;
}

/** At most so many bytes where it cannot be asked what the disk has left. */
const UNASKED = 2 ** 30;

/** Half of what the disk has left. */
function roomIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize / 2;
  } catch {
    return UNASKED;
  }
}

/**
 * Opens a file for records of `size` bytes: at most `limit` bytes in all, and half of what the disk has left, or a gigabyte
 * where that cannot be asked. Its name is gone at once where the system allows that, so that a kill leaves nothing behind;
 * elsewhere it is one of a half-written file.
 *
 * @returns undefined where the folder takes no file
 */
export function openSeenFile(folder: string, size: number, limit: number): SeenFile | undefined {
  let file: number;
  const path = join(folder, `seen.${randomUUID()}.part`);
  try {
    mkdirSync(folder, { recursive: true });
    file = openSync(path, "w+");
  } catch {
    return undefined;
  }
  const remove = () => {
    try {
      rmSync(path, { force: true });
    } catch {
      // It goes when it is closed, or with the half-written files of the next run.
    }
  };
  remove();
  return {
    room: Math.floor(Math.min(limit, roomIn(folder)) / size),
    write(number, record) {
      try {
        for (let done = 0; done < size;) {
          done += writeSync(file, record, done, size - done, number * size + done);
        }
        return true;
      } catch {
        return false;
      }
    },
    read(number) {
      const record = new Uint8Array(size);
      for (let done = 0; done < size;) {
        const more = readSync(file, record, done, size - done, number * size + done);
        if (more === 0) {
          throw new Error(`Cannot read what was seen of picture ${number} as its file has become shorter`);
        }
        done += more;
      }
      return record;
    },
    close() {
      closeSync(file);
      remove();
    },
  };
}
