import { useCallback, useEffect, useRef, useState } from "react";
import { type Draft, dayInParis, isBegun, newDraft } from "./draft.ts";
import { parseDraft } from "./storedDraft.ts";

const storageName = "atelier.draft";
const keepAfterMs = 250;

export interface DraftKeeping {
  readonly draft: Draft;
  readonly today: string;
  readonly change: (patch: Partial<Draft>) => void;
  /** Whether it was there when the page was opened. */
  readonly isRestored: boolean;
  readonly restart: () => void;
}

/**
 * The draft, kept in this browser for the person who entered it: written a moment after the last change and when the page
 * is left. `owner`: whose it is; somebody else's on the same machine is not shown.
 */
export function useDraft(owner: string): DraftKeeping {
  const name = `${storageName}.${owner}`;
  const [today] = useState(() => dayInParis(Date.now()));
  const [first] = useState(() => parseDraft(readItem(name), today));
  const [draft, setDraft] = useState<Draft>(() => first ?? newDraft(today));
  const [isRestored, setRestored] = useState(first !== null && isBegun(first));
  const latest = useRef(draft);
  latest.current = draft;
  const keep = useCallback(() => writeItem(name, latest.current), [name]);
  useEffect(() => {
    if (draft === first) return;
    const timer = setTimeout(keep, keepAfterMs);
    return () => clearTimeout(timer);
  }, [draft, first, keep]);
  useEffect(() => {
    addEventListener("pagehide", keep);
    return () => {
      removeEventListener("pagehide", keep);
      keep();
    };
  }, [keep]);
  const change = useCallback(
    (patch: Partial<Draft>) => setDraft((before) => ({ ...before, ...patch })),
    [],
  );
  const restart = useCallback(() => {
    setRestored(false);
    setDraft(newDraft(today));
  }, [today]);
  return { draft, today, change, isRestored, restart };
}

function readItem(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    // A browser that keeps nothing has no drafts.
    return null;
  }
}

function writeItem(name: string, draft: Draft): void {
  try {
    if (isBegun(draft)) localStorage.setItem(name, JSON.stringify(draft));
    else localStorage.removeItem(name);
  } catch {
    // Full, or forbidden: the draft lives as long as the page.
  }
}
