import type { ClickEffects } from "./clickEffects.ts";
import type { Throttles } from "./throttles.ts";

/** What this node knows of delivery between two snapshots. */
export interface DeliveryState {
  /** Campaigns that a store refused for money, and until when it is useless to ask again. */
  readonly exhaustedUntilMs: ReadonlyMap<
    number,
    { readonly untilMs: number; readonly reason: BudgetRefusal }
  >;
  readonly throttles: Throttles;
  /** Where and when clicks are likelier, as learnt last; absent or null = nothing is known. */
  readonly clickEffects?: ClickEffects | null;
  /** When budgets are judged, for a request whose own time is only supposed; absent = at the request's time. */
  readonly nowMs?: number;
}

export type BudgetRefusal = "total_budget" | "daily_budget" | "balance" | "open_holds";
