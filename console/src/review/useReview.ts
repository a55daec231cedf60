import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { QueuedCreative } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { toastDone } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import type { Decision } from "./decisions.ts";
import { nameOf } from "./nameOf.ts";
import {
  keyOf,
  leftOf,
  moved,
  noProgress,
  positionOf,
  putBack,
  settledOne,
  skippedOne,
  unsettled,
} from "./queue.ts";
import { usePendingDecision } from "./usePendingDecision.ts";
import { useSight } from "./useSight.ts";
import { reviewWords } from "./words.ts";

const lookAgainMs = 15_000;
const pageItems = 200;
const nothing: readonly QueuedCreative[] = [];

/** The queue, what is on view of it, and what can be done with that. */
export function useReview() {
  const t = useWords(reviewWords);
  const query = useQuery({
    ...queryOf("listReviews", { status: "pending", limit: pageItems }),
    refetchInterval: lookAgainMs,
    refetchOnWindowFocus: true,
    staleTime: 0,
  });
  const [progress, setProgress] = useState(noProgress);
  const items = query.data?.items ?? nothing;
  const left = useMemo(() => leftOf(items, progress), [items, progress]);
  const at = positionOf(left, progress);
  const current = left[at] ?? null;
  const { pending, put, undo } = usePendingDecision({
    onTaken: (decision) => toastDone(t.taken(nameOf(decision.item))),
    onFailed: (decision) => setProgress((now) => putBack(left, now, keyOf(decision.item))),
  });
  const ifSeen = useSight({ item: current, progress });
  return {
    query,
    left,
    at,
    current,
    pending,
    isMore: (query.data?.nextCursor ?? null) !== null,
    /** Does it, unless what is on view has only just come there by itself: then it says so. */
    ifSeen,
    /** Of the one that was looked at, also where the queue has gone on meanwhile. */
    decide(decision: Decision) {
      put(decision);
      setProgress((now) => settledOne(left, now, keyOf(decision.item)));
    },
    undo() {
      const taken = undo();
      if (taken !== null) setProgress((now) => unsettled(now, keyOf(taken.item)));
    },
    skip() {
      if (current !== null) setProgress((now) => skippedOne(left, now, keyOf(current)));
    },
    move: (step: 1 | -1) => setProgress((now) => moved(left, now, step)),
  };
}

export type ReviewState = ReturnType<typeof useReview>;
