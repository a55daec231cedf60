import { useEffect, useMemo, useRef, useState } from "react";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { api } from "../api/client.ts";
import { dailyMicros, questionOfDraft } from "./bodyOfDraft.ts";
import type { PlanState } from "./creating.ts";
import type { Draft } from "./draft.ts";
import { createLatestWins, type LatestWins } from "./latestWins.ts";
import { type Plan, type PlanWish, planBid } from "./planBid.ts";
import { useSame } from "./useSame.ts";

interface Asked extends PlanWish {
  readonly askedMs: number;
}

/** From the hand's move until its figures are on the page, as a measure of this name among the browser's. */
export const planMeasure = "atelier.figures";

/** What the draft would bring, asked again whenever it changes; while a hand drags, the figures follow it. */
export function usePlan(draft: Draft, isMoving: boolean): PlanState {
  const [state, setState] = useState<PlanState>({ plan: null, isBehind: false, error: null });
  const [answered, setAnswered] = useState<Asked | null>(null);
  const line = usePlanLine((plan, error, asked, isBehind) => {
    setState((before) => ({ plan: plan ?? before.plan, isBehind, error }));
    if (plan !== null) setAnswered(asked);
  });
  const question = useSame(questionOfDraft(draft));
  const daily = dailyMicros(draft);
  const { bidMicros: ownBidMicros } = draft;
  const wish = useMemo<PlanWish | null>(
    () => question && { question, dailyMicros: daily, ownBidMicros, isMoving },
    [question, daily, ownBidMicros, isMoving],
  );
  useEffect(() => {
    if (wish === null) {
      line.current?.stop();
      setState({ plan: null, isBehind: false, error: null });
      return;
    }
    // A hand that drags is behind already: nothing is drawn again for that.
    setState((before) => (before.isBehind ? before : { ...before, isBehind: true }));
    line.current?.put({ ...wish, askedMs: performance.now() });
  }, [wish, line]);
  useEffect(() => {
    if (answered !== null) performance.measure(planMeasure, { start: answered.askedMs });
  }, [answered]);
  return state;
}

const againMs = 1_500;

type Hear = (plan: Plan | null, error: unknown, asked: Asked, isBehind: boolean) => void;

function usePlanLine(hear: Hear) {
  const line = useRef<LatestWins<Asked> | null>(null);
  const latest = useRef(hear);
  latest.current = hear;
  useEffect(() => {
    let lastBid: number | null = null;
    let newest: Asked | null = null;
    let again: ReturnType<typeof setTimeout> | undefined;
    const made = createLatestWins<Asked, Plan>({
      ask: (asked, signal) =>
        planBid(asked, lastBid, (body) =>
          // Kept nowhere, so that there is nothing to make once only.
          api.forecastCampaign({ body }, { signal, idempotencyKey: null }),
        ),
      onAnswer: (plan, asked) => {
        lastBid = plan.bidMicros;
        latest.current(plan, null, asked, asked !== newest);
      },
      onError: (error, asked) => {
        // While the server gathers its first sample (or is away for a moment) it is asked again: nobody need touch anything.
        const isPassing = !(error instanceof AtelierProblem) || error.status >= 500;
        if (isPassing && asked === newest) again = setTimeout(() => made.put(asked), againMs);
        latest.current(null, error, asked, isPassing || asked !== newest);
      },
    });
    line.current = {
      stop: () => {
        clearTimeout(again);
        newest = null;
        made.stop();
      },
      put: (asked) => {
        clearTimeout(again);
        newest = asked;
        made.put(asked);
      },
    };
    return () => {
      clearTimeout(again);
      made.stop();
    };
  }, []);
  return line;
}
