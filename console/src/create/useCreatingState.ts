import { useCallback, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useNavigate } from "react-router";
import type { Creating } from "./creating.ts";
import type { Draft, StepName } from "./draft.ts";
import { problemsOfDraft } from "./problemsOfDraft.ts";
import { useDraft } from "./useDraft.ts";
import { useErrors } from "./useErrors.ts";
import { usePlan } from "./usePlan.ts";
import { usePreview } from "./usePreview.ts";
import { useSame } from "./useSame.ts";
import { useZoneCells } from "./useZoneCells.ts";
import { zoneOfDraft } from "./zoneOfDraft.ts";

/** Everything that the steps share, wired. `isDrawn`: banners are wanted on this step. */
export function useCreatingState(
  owner: string,
  isDrawn: boolean,
): { readonly creating: Creating; readonly isRestored: boolean } {
  const { draft, today, change: keep, isRestored, restart } = useDraft(owner);
  const [isMoving, setMoving] = useState(false);
  const navigate = useNavigate();
  const problems = useMemo(() => problemsOfDraft(draft, today), [draft, today]);
  const { errorAt, touch, tell, forget, serverErrors } = useErrors(problems);
  const movedMs = useRef<number | null>(null);
  const change = useCallback(
    (patch: Partial<Draft>) => {
      movedMs.current = performance.now();
      keep(patch);
      forget(patch);
    },
    [keep, forget],
  );
  const drag = useCallback(
    (patch: Partial<Draft>, isDone: boolean, heldMs: number) =>
      // In the frame in which the hand moved, not behind whatever else is drawn.
      flushSync(() => {
        change(patch);
        setMoving(!isDone);
        movedMs.current = heldMs;
      }),
    [change],
  );
  const go = useCallback((step: StepName) => void navigate(`/create/${step}`), [navigate]);
  const zone = useSame(zoneOfDraft(draft));
  const zoneCells = useZoneCells(zone);
  const plan = usePlan({ draft, isMoving, zoneCells, movedMs });
  const isWhole = isDrawn && Object.keys(problems).length === 0;
  const preview = usePreview(draft, isWhole, tell);
  const shared = { draft, today, change, problems, errorAt, touch, serverErrors, tell };
  const moved = { drag, isMoving, movedMs, zone, zoneCells };
  const creating = { ...shared, ...moved, go, restart, plan, preview };
  return { creating, isRestored };
}
