/** What the end of a command says to scripts. @module */

/** Exit codes, as scripts around the commands see them. */
export const EXIT = {
  ok: 0,
  /** Something was wrong with the input or the machine; the message says what. */
  failed: 1,
  /** The command line itself could not be understood. */
  usage: 2,
  /** Some files could not be read, or cells of a table not judged; the others were. */
  partly: 3,
  /** A device that was asked for by name is not there. */
  device: 4,
  /** Stopped by Ctrl-C. */
  stopped: 130,
  /** Who reads the output has had enough, as `head` has; shells give the same code. */
  unheard: 141,
} as const;
