/** Signals that reach a process which another one has begun. @module */
import process from "node:process";

/**
 * Leaves it to the process that began this one when to end: Ctrl-C in a terminal, and SIGTERM of a service manager, go to all
 * processes of a command. Whoever calls this ends when its input does, however the other one has ended.
 */
export function leaveSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
}
