import { useLayoutEffect, useRef } from "react";
import { toastDone } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import { changeOfSight, type Sight } from "./queue.ts";
import { reviewWords } from "./words.ts";

/** Whoever presses a key within this of a change had made up their mind about what stood there before. */
const leastSightMs = 800;

/**
 * Says so when what is on view has changed or gone by somebody else's hand. Answers how to do something to what is on view:
 * it is refused, with a word, while nobody can have seen that.
 */
export function useSight(sight: Sight): (act: () => void) => void {
  const t = useWords(reviewWords);
  const last = useRef(sight);
  const changedMs = useRef(Number.NEGATIVE_INFINITY);
  useLayoutEffect(() => {
    const change = changeOfSight(last.current, sight);
    last.current = sight;
    if (change === null) return;
    changedMs.current = performance.now();
    toastDone(change === "changed" ? t.changed : sight.item === null ? t.goneLast : t.gone);
  });
  return (act) => {
    if (performance.now() - changedMs.current >= leastSightMs) act();
    else toastDone(t.unseen);
  };
}
