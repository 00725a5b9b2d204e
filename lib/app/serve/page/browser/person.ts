/** Who decides: a name that is kept in this browser and goes with each decision. @module */
import { effect, signal } from "@preact/signals";

const KEY = "segad.by";

export const person = signal(localStorage.getItem(KEY) ?? "");
effect(() => localStorage.setItem(KEY, person.value));

/** What is sent along with a decision. */
export function by(): { by?: string } {
  const name = person.value.trim();
  return name === "" ? {} : { by: name };
}
