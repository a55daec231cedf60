import type { AdRequest } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";
import { decisionEvent, isSampled } from "./decisionEvent.ts";
import type { EmitEvent } from "./ports.ts";

/** Emitted without waiting: every decision with an ad, some without; test decisions leave no trace. */
export function emitDecision(
  request: AdRequest,
  { test, siteKey }: { readonly test: boolean; readonly siteKey: string | null },
  winners: readonly Winner[],
  {
    emit,
    options: { emptySampleEvery },
  }: { readonly emit: EmitEvent; readonly options: { readonly emptySampleEvery: number } },
): void {
  if (test) return;
  const isWorthTelling = winners.length > 0 || isSampled(request.decisionId, emptySampleEvery);
  if (isWorthTelling) emit(decisionEvent(request, winners, siteKey, emptySampleEvery));
}
