import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import type { CellId } from "../../../src/geo/types.ts";
import { api } from "../api/client.ts";
import { dailyMicros, type Question, questionOfDraft } from "./bodyOfDraft.ts";
import type { PlanState } from "./creating.ts";
import type { Draft } from "./draft.ts";
import { measurePainted } from "./handMeasures.ts";
import { createLatestWins, type LatestWins } from "./latestWins.ts";
import { type NearFigures, nearPlan } from "./nearPlan.ts";
import { type Plan, type PlanWish, planBid } from "./planBid.ts";
import { useSame } from "./useSame.ts";

interface Asked {
  readonly wish: PlanWish;
  /** The bid to look at while the hand moves; null = the last one. */
  readonly nearBidMicros: number | null;
  readonly movedMs: number;
}

interface PlanDeps {
  readonly draft: Draft;
  readonly isMoving: boolean;
  readonly zoneCells: readonly CellId[];
  /** When the draft was last changed. */
  readonly movedMs: { readonly current: number | null };
}

/**
 * What the draft would bring, asked again whenever it changes. While a hand drags, figures move with it by the last answer
 * (`near`), and each answer takes their place.
 */
export function usePlan({ draft, isMoving, zoneCells, movedMs }: PlanDeps): PlanState {
  const [state, setState] = useState<Omit<PlanState, "near">>(nothingYet);
  const [told, setTold] = useState<Told | null>(null);
  const line = usePlanLine((plan, error, asked, isBehind) => {
    setState((before) => ({ plan: plan ?? before.plan, isBehind, error }));
    if (plan !== null) setTold({ asked, plan });
  });
  const wish = useWish(draft, isMoving);
  const near = useNear(told, wish, zoneCells);
  const nearBid = useRef<number | null>(null);
  nearBid.current = near?.bidMicros ?? null;
  useEffect(() => {
    if (wish === null) {
      line.current?.stop();
      setState(nothingYet);
      setTold(null);
      return;
    }
    // A hand that drags is behind already: nothing is drawn again for that.
    setState((before) => (before.isBehind ? before : { ...before, isBehind: true }));
    const nearBidMicros = nearBid.current;
    line.current?.put({ wish, nearBidMicros, movedMs: movedMs.current ?? performance.now() });
  }, [wish, line, movedMs]);
  usePlanMeasures(near, told, movedMs);
  return useMemo(() => ({ ...state, near }), [state, near]);
}

interface Told {
  readonly asked: Asked;
  readonly plan: Plan;
}

function useNear(
  told: Told | null,
  wish: PlanWish | null,
  zoneCells: readonly CellId[],
): NearFigures | null {
  // Hexagons of named areas come a moment after the question: those of an answer are the last that its zone had.
  const cellsOf = useRef(new WeakMap<Question, readonly CellId[]>());
  if (wish !== null) cellsOf.current.set(wish.question, zoneCells);
  const isAnswered = told !== null && told.asked.wish === wish && !wish.isMoving;
  return useMemo(() => {
    if (told === null || wish === null || isAnswered) return null;
    const cells = cellsOf.current.get(told.asked.wish.question) ?? [];
    return nearPlan({ plan: told.plan, wish: told.asked.wish, cells }, wish, zoneCells);
  }, [told, wish, zoneCells, isAnswered]);
}

const nothingYet: Omit<PlanState, "near"> = { plan: null, isBehind: false, error: null };

/** The draft's question; the same object while it asks the same. Null = there is nothing to ask yet. */
function useWish(draft: Draft, isMoving: boolean): PlanWish | null {
  const question = useSame(questionOfDraft(draft));
  const daily = dailyMicros(draft);
  const { bidMicros: ownBidMicros } = draft;
  return useMemo<PlanWish | null>(
    () => question && { question, dailyMicros: daily, ownBidMicros, isMoving },
    [question, daily, ownBidMicros, isMoving],
  );
}

function usePlanMeasures(
  near: NearFigures | null,
  told: Told | null,
  movedMs: PlanDeps["movedMs"],
): void {
  useLayoutEffect(() => {
    if (near !== null && movedMs.current !== null)
      measurePainted("atelier.figures", movedMs.current);
  }, [near, movedMs]);
  useLayoutEffect(() => {
    if (told !== null) measurePainted("atelier.forecast", told.asked.movedMs);
  }, [told]);
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
      ask: ({ wish, nearBidMicros }, signal) =>
        planBid(wish, nearBidMicros ?? lastBid, (body) =>
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
