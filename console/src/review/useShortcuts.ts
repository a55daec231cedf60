import { useLocalStorage } from "@mantine/hooks";
import { useEffect, useRef } from "react";

/** What single keys do; only where nobody writes and no dialog is open. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** Single keys can be turned off, as WCAG 2.1.4 asks; kept in this browser. */
export function useShortcutsEnabled() {
  return useLocalStorage({ key: "atelier.shortcuts", defaultValue: true });
}

export function useShortcuts(shortcuts: Shortcuts, isEnabled: boolean): void {
  const known = useRef(shortcuts);
  known.current = shortcuts;
  useEffect(() => {
    if (!isEnabled) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isWriting(event))
        return;
      const run = known.current[event.key.toLowerCase()];
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [isEnabled]);
}

function isWriting({ target }: KeyboardEvent): boolean {
  const dialogs = [...document.querySelectorAll('[role="dialog"]')];
  if (dialogs.some((dialog) => !isClosing(dialog))) return true;
  if (!(target instanceof Element) || isClosing(target)) return false;
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** A dialog that fades away, and what had the focus in it, is done with. */
const isClosing = (element: Element): boolean => element.closest('[data-closing="true"]') !== null;
