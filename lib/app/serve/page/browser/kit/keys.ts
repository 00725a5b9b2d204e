/** Keys that do something anywhere on the page. @module */
import { useEffect, useRef } from "preact/hooks";

/** What each key does, by `KeyboardEvent.key` in small letters; with `Shift+` or `Ctrl+` in front where these are held. */
export type Keys = Readonly<Record<string, () => void>>;

/** Listens as long as the component is there; not while somebody types, or a dialog is open. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || isTyping(event.target)) return;
      const name = (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.shiftKey ? "Shift+" : "") +
        event.key.toLowerCase();
      const act = latest.current[name];
      if (!act) return;
      // A button that has the focus keeps the keys that press it.
      if ((name === "enter" || name === " ") && event.target instanceof HTMLElement && isPressed(event.target)) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]")) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "file"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

function isPressed(target: HTMLElement): boolean {
  return ["BUTTON", "A", "SUMMARY", "INPUT"].includes(target.tagName);
}
