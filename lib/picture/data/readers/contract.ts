/** The contract of readers: how a data set lies on disk, and how it is read. @module */
import type { Dataset } from "../dataset.ts";

/** What a layout with several objects or splits needs to know. */
export interface ReaderOptions {
  /** VisA: the object, such as `pcb1`. MVTec AD: the class, where the folder holds several. */
  readonly object?: string;
  /** VisA: which split file; "1cls" where left out. */
  readonly split?: "1cls" | "2cls_fewshot" | "2cls_highshot";
}

/** One way that data sets lie on disk. */
export interface Reader {
  /** As people call it: "VisA". */
  readonly title: string;
  /** What a folder in this layout has, in words for an error: "split_csv/". */
  readonly looks: string;
  /** Whether a folder has what tells this layout from those behind it in the table. */
  marks(root: string): Promise<boolean>;
  /** Reads the pictures. Throws an Error for missing files, a SyntaxError for broken tables, a RangeError for an unknown object. */
  read(root: string, options: ReaderOptions): Promise<Dataset>;
  /** The objects that a folder holds, each a data set of its own; left out where there is always one. */
  objects?(root: string, options: ReaderOptions): Promise<string[]>;
  /** Each object has a folder of its own, which can be opened alone. */
  readonly objectsAreFolders?: true;
  /** A table says which pictures are for training; left out where folders do. */
  readonly hasTable?: true;
  /** Whether this is the data set that the layout is called after, and no other pictures in its layout. */
  isPublished(dataset: Dataset, object?: string): boolean;
}
