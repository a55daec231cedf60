import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { readView, type View, writeView } from "./view.ts";

export interface ViewState {
  readonly view: View;
  /** `isTyping`: one step back leads behind all of what was typed. */
  readonly change: (part: Partial<View>, isTyping?: boolean) => void;
}

/** What the list shows, as the address says it. */
export function useView(): ViewState {
  const [query, setQuery] = useSearchParams();
  const view = useMemo(() => readView(query), [query]);
  const change = useCallback(
    (part: Partial<View>, isTyping = false) =>
      setQuery((present) => writeView({ ...readView(present), ...part }), { replace: isTyping }),
    [setQuery],
  );
  return { view, change };
}
