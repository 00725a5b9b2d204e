/** Short words at the edge of the page: what was done, and what went wrong. @module */
import { signal } from "@preact/signals";

interface Toast {
  readonly id: number;
  readonly words: string;
  readonly bad: boolean;
}

const toasts = signal<readonly Toast[]>([]);
let last = 0;

/** Says something for some seconds; what went wrong stays until it is closed. */
export function say(words: string, bad = false): void {
  const id = ++last;
  toasts.value = [...toasts.value.filter((toast) => toast.words !== words), { id, words, bad }].slice(-4);
  if (!bad) setTimeout(() => close(id), 5000);
}

/** Does something, and says what went wrong; whether it went well. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), true);
    return false;
  }
}

function close(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, words, bad }) => (
        <div key={id} class={bad ? "toast bad" : "toast"}>
          <span>{words}</span>
          <button type="button" onClick={() => close(id)}>Close</button>
        </div>
      ))}
    </div>
  );
}
