import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { QueuedCreative, ReviewDecision } from "../../../sdk/src/generated.ts";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { api } from "../api/client.ts";
import { queryOf } from "../api/queries.ts";
import { toastDone, toastProblem } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import { createDecisions, type Decision } from "./decisions.ts";
import { nameOf } from "./nameOf.ts";
import {
  keyOf,
  leftOf,
  moved,
  noProgress,
  type Progress,
  positionOf,
  settledOne,
  skippedOne,
  unsettled,
} from "./queue.ts";
import { reviewWords } from "./words.ts";

export const undoMs = 6_000;
const lookAgainMs = 15_000;
const pageItems = 200;
const nothing: readonly QueuedCreative[] = [];

/** The queue, what is on view of it, and what can be done with that. */
export function useReview() {
  const t = useWords(reviewWords);
  const query = useQuery({
    ...queryOf("listReviews", { status: "pending", limit: pageItems }),
    refetchInterval: lookAgainMs,
    staleTime: 0,
  });
  const [progress, setProgress] = useState(noProgress);
  const items = query.data?.items ?? nothing;
  const left = useMemo(() => leftOf(items, progress), [items, progress]);
  const at = positionOf(left, progress);
  const current = left[at] ?? null;
  const { pending, put, undo } = usePendingDecision({
    onTaken: (decision) => toastDone(t.taken(nameOf(decision.item))),
    onFailed: (decision) => setProgress((now) => unsettled(now, keyOf(decision.item))),
  });
  useGoneNotice(items, progress, current === null ? null : keyOf(current));
  return {
    query,
    left,
    at,
    current,
    pending,
    skippedCount: left.filter((item) => progress.skipped.includes(keyOf(item))).length,
    isMore: (query.data?.nextCursor ?? null) !== null,
    decide(decision: Omit<Decision, "item">) {
      if (current === null) return;
      put({ ...decision, item: current });
      setProgress((now) => settledOne(left, now, keyOf(current)));
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

interface Hearers {
  /** Somebody else was faster. */
  readonly onTaken: (decision: Decision) => void;
  /** It can be decided again. */
  readonly onFailed: (decision: Decision) => void;
}

/** The decision that can still be undone. It is sent when its time is up, and when the page is left or hidden. */
function usePendingDecision(hearers: Hearers) {
  const queryClient = useQueryClient();
  const [pending, setPending] = useState<Decision | null>(null);
  const heard = useRef(hearers);
  heard.current = hearers;
  const decisions = useMemo(
    () =>
      createDecisions({
        onPending: setPending,
        later(run) {
          const timer = setTimeout(run, undoMs);
          return () => clearTimeout(timer);
        },
        async send(decision) {
          await sendDecision(decision);
          await queryClient.invalidateQueries({ queryKey: ["listReviews"] });
        },
        onFailed(decision, error) {
          if (isTaken(error)) {
            heard.current.onTaken(decision);
            void queryClient.invalidateQueries({ queryKey: ["listReviews"] });
            return;
          }
          toastProblem(error);
          heard.current.onFailed(decision);
        },
      }),
    [queryClient],
  );
  useEffect(() => {
    const onHidden = () => document.visibilityState === "hidden" && decisions.flush();
    document.addEventListener("visibilitychange", onHidden);
    return () => {
      document.removeEventListener("visibilitychange", onHidden);
      decisions.flush();
    };
  }, [decisions]);
  return { pending, put: decisions.put, undo: decisions.undo };
}

async function sendDecision({ item, verdict, reasons, note, stopApproved }: Decision) {
  const { creativeId, version } = item.creative;
  // Codes are those that the server has listed.
  const known = [...reasons] as NonNullable<ReviewDecision["reasons"]>;
  const body = { decision: verdict, reasons: known, note, stopApproved };
  await api.reviewCreative({ creativeId, body }, { ifVersion: version });
}

/** Another version, or gone altogether: whoever looked at it has nothing more to say about it. */
function isTaken(error: unknown): boolean {
  return error instanceof AtelierProblem && [404, 409, 412].includes(error.status);
}

/** Says so when what was on view has left the queue by somebody else's hand. */
function useGoneNotice(items: readonly QueuedCreative[], progress: Progress, shown: string | null) {
  const t = useWords(reviewWords);
  const last = useRef<string | null>(null);
  useEffect(() => {
    const before = last.current;
    last.current = shown;
    if (before === null || before === shown || progress.settled.has(before)) return;
    if (!items.some((item) => keyOf(item) === before)) toastDone(t.gone);
  }, [items, progress, shown, t]);
}
