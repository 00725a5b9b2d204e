/** One comparison of ours with a Python peer on the same input, in the same run. @module */

/** What `tools/bench_peers.ts` needs to know of a comparison. */
export interface PeerCase {
  /** Short, in the user's words: "statistics, K=4 L=7 256×256". */
  readonly name: string;
  /** What both sides compute and who the peer is. */
  readonly about: string;
  /** Runs our side and returns the seconds of each repeat, without set-up. */
  ours(repeats: number): Promise<number[]>;
  /** Whether the peak memory of both processes is worth telling; it counts where the case runs alone. */
  readonly memory?: boolean;
  /** Given to the Python file behind its own options. */
  readonly arguments?: readonly string[];
  /** The Python file beside this one; prints one line `{"seconds": [...], "peak"?: bytes}` when called with `--repeats N`. */
  readonly script: string;
}
