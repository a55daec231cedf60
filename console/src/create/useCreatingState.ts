import { useCallback, useMemo, useState } from "react";
import { useNavigate } from "react-router";
import type { Creating } from "./creating.ts";
import type { Draft, StepName } from "./draft.ts";
import { problemsOfDraft } from "./problemsOfDraft.ts";
import { useDraft } from "./useDraft.ts";
import { useErrors } from "./useErrors.ts";
import { usePlan } from "./usePlan.ts";
import { usePreview } from "./usePreview.ts";

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
  const change = useCallback(
    (patch: Partial<Draft>) => {
      keep(patch);
      forget(patch);
    },
    [keep, forget],
  );
  const go = useCallback((step: StepName) => void navigate(`/create/${step}`), [navigate]);
  const plan = usePlan(draft, isMoving);
  const isWhole = isDrawn && Object.keys(problems).length === 0;
  const preview = usePreview(draft, isWhole, tell);
  const shared = { draft, today, change, problems, errorAt, touch, serverErrors, tell };
  const creating = { ...shared, go, restart, setMoving, isMoving, plan, preview };
  return { creating, isRestored };
}
