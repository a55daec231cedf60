import { createContext, use } from "react";
import type { ShopCampaign } from "../../../sdk/src/generated.ts";
import type { CellId, Zone } from "../../../src/geo/types.ts";
import type { Draft, StepName } from "./draft.ts";
import type { NearFigures } from "./nearPlan.ts";
import type { Plan } from "./planBid.ts";
import type { DraftProblems, FieldName } from "./problemsOfDraft.ts";

/** What all steps of a new campaign share. */
export interface Creating {
  readonly draft: Draft;
  readonly today: string;
  readonly change: (patch: Partial<Draft>) => void;
  /** All that is wrong, shown or not. */
  readonly problems: DraftProblems;
  /** What to say at a field: once it was left, or its step was to be left, or the server said so. */
  readonly errorAt: (field: FieldName) => string | undefined;
  readonly touch: (...fields: readonly FieldName[]) => void;
  /** What the server said of fields; a field's is forgotten when it is changed. */
  readonly serverErrors: ServerErrors;
  /** `below`: the pointer of the draft's part that was sent by itself, "/shop". */
  readonly tell: (error: unknown, below?: string) => void;
  readonly go: (step: StepName) => void;
  /** Begins afresh; nothing is kept of this draft. */
  readonly restart: () => void;
  /**
   * A change by a hand that drags, drawn at once; figures follow with one look each. `isDone`: it has let go. `heldMs`: when it
   * moved, by `performance.now()`.
   */
  readonly drag: (patch: Partial<Draft>, isDone: boolean, heldMs: number) => void;
  readonly isMoving: boolean;
  /** When the draft was last changed, by `performance.now()`; null = not yet. */
  readonly movedMs: { readonly current: number | null };
  /** The same object while it says the same; null = it cannot be said yet. */
  readonly zone: Zone | null;
  /** Its hexagons. */
  readonly zoneCells: readonly CellId[];
  readonly plan: PlanState;
  readonly preview: PreviewState;
}

export interface ServerErrors {
  readonly fields: Readonly<Partial<Record<FieldName, string>>>;
  readonly rest: readonly string[];
}

export interface PlanState {
  /** The latest that was answered; null = nothing yet. */
  readonly plan: Plan | null;
  /** While a hand moves, or a newer question is asked: about what the draft would bring; null = nothing is known of it. */
  readonly near: NearFigures | null;
  /** A newer question is being asked. */
  readonly isBehind: boolean;
  readonly error: unknown;
}

export interface PreviewState {
  readonly made: ShopCampaign | null;
  readonly isBehind: boolean;
  readonly error: unknown;
}

const CreatingContext = createContext<Creating | null>(null);
export const CreatingProvider = CreatingContext.Provider;

export function useCreating(): Creating {
  const creating = use(CreatingContext);
  if (creating === null) throw new Error("no campaign is being created here");
  return creating;
}
