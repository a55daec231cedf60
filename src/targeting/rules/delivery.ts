import { stableChance } from "../hash.ts";
import { campaignIdAt } from "../segment/heads.ts";
import type { Rule } from "./rule.ts";

/** A store refused it for money a moment ago: asking again before `untilMs` is useless. */
export const budgetRule: Rule = {
  name: "budget",
  traits: 0,
  passes: ({ delivery, segment, request }, position) => {
    if (delivery.exhaustedUntilMs.size === 0) return true;
    const exhausted = delivery.exhaustedUntilMs.get(campaignIdAt(segment.heads, position));
    return exhausted === undefined || (delivery.nowMs ?? request.nowMs) >= exhausted.untilMs;
  },
  figures: ({ delivery, segment }, position) => {
    const exhausted = delivery.exhaustedUntilMs.get(campaignIdAt(segment.heads, position));
    return { reason: exhausted?.reason ?? null, untilMs: exhausted?.untilMs ?? null };
  },
};

/** Pacing lets a stable share of decisions through, so that the same decision always gets the same answer. */
export const pacingRule: Rule = {
  name: "pacing",
  traits: 0,
  passes: ({ delivery, segment, seed }, position) => {
    if (delivery.throttles.size === 0) return true;
    const campaignId = campaignIdAt(segment.heads, position);
    const throttle = delivery.throttles.get(campaignId);
    return throttle === undefined || stableChance(seed ^ pacingSalt, campaignId) < throttle;
  },
  figures: ({ delivery, segment, seed }, position) => {
    const campaignId = campaignIdAt(segment.heads, position);
    return {
      throttle: delivery.throttles.get(campaignId) ?? 1,
      chance: stableChance(seed ^ pacingSalt, campaignId),
      ...delivery.throttles.progressOf?.(campaignId),
    };
  },
};

/** Keeps the chance of pacing apart from the one that breaks ties: a throttled campaign must not also lose its ties. */
const pacingSalt = 0x5bd1e995;
