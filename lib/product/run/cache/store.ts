/** Where the entries of a cache are kept for the caches of other machines that share no folder with it. @module */

/** Entries by their keys. The files that it takes and gives are those of the cache's own folder. */
export interface Store {
  has(key: string): Promise<boolean>;
  /** Brings an entry into the folder; false where there is none. */
  fetch(key: string): Promise<boolean>;
  /** Keeps an entry that is in the folder. */
  keep(key: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** The names of the rows of all entries in a folder of the cache, by their keys. */
  rowsOf(folder: string): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** A store that pictures may lie in as well. */
export interface PictureStore extends Store {
  /** Brings many entries into the folder, those that it has not. */
  fetchAll(keys: readonly string[]): Promise<void>;
  /** Keeps many entries that are in the folder. */
  keepAll(keys: readonly string[]): Promise<void>;
  /** Brings objects of a store into files; one that is not there makes none. */
  fetchPictures(pictures: readonly { readonly url: string; readonly path: string }[]): Promise<void>;
  /** The URLs of all objects below one, in the order of their names. */
  list(url: string): AsyncGenerator<string>;
}

/** Whether a path is one of a store. */
export function isStored(path: string): boolean {
  return path.startsWith("s3://");
}
