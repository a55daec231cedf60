import { useCallback, useLayoutEffect, useRef } from "react";

/** A function that is always the same and does what the newest one does: rows need not be drawn again for it. */
export function useStable<Args extends readonly unknown[]>(
  newest: (...args: Args) => void,
): (...args: Args) => void {
  const present = useRef(newest);
  useLayoutEffect(() => {
    present.current = newest;
  });
  return useCallback((...args: Args) => present.current(...args), []);
}
