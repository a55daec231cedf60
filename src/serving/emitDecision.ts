import type { AdRequest } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";
import type { CallContext } from "./callContext.ts";
import { decisionEvent, isSampled } from "./decisionEvent.ts";
import type { EmitEvent } from "./ports.ts";

/** Emitted without waiting: every decision with an ad, some without; test decisions leave no trace. */
export function emitDecision(
  request: AdRequest,
  { test, siteKey, visitorKey }: Pick<CallContext, "test" | "siteKey" | "visitorKey">,
  winners: readonly Winner[],
  {
    emit,
    isHeldOut,
    options: { emptySampleEvery },
  }: {
    readonly emit: EmitEvent;
    readonly isHeldOut?: (visitorKey: string) => boolean;
    readonly options: { readonly emptySampleEvery: number };
  },
): void {
  if (test) return;
  const isWorthTelling = winners.length > 0 || isSampled(request.decisionId, emptySampleEvery);
  if (!isWorthTelling) return;
  const hasProfile = visitorKey !== null && request.consent.mayPersonalise;
  const heldOut = hasProfile && isHeldOut !== undefined ? isHeldOut(visitorKey) : null;
  emit(decisionEvent(request, winners, siteKey, emptySampleEvery, heldOut));
}
