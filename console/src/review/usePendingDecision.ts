import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { ReviewDecision } from "../../../sdk/src/generated.ts";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { apiOnLeaving } from "../api/client.ts";
import { toastProblem } from "../ui/toasts.ts";
import { createDecisions, type Decision } from "./decisions.ts";

interface Hearers {
  /** Somebody else was faster. */
  readonly onTaken: (decision: Decision) => void;
  /** It can be decided again. */
  readonly onFailed: (decision: Decision) => void;
}

export const undoMs = 6_000;

/** The decision that can still be undone. It is sent when its time is up, and when the page is left or hidden. */
export function usePendingDecision(hearers: Hearers) {
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
  await apiOnLeaving.reviewCreative({ creativeId, body }, { ifVersion: version });
}

/** Another version, or gone altogether: whoever looked at it has nothing more to say about it. */
function isTaken(error: unknown): boolean {
  return error instanceof AtelierProblem && [404, 409, 412].includes(error.status);
}
