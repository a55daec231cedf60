import { bidRules } from "./bid.ts";
import { budgetRule, pacingRule } from "./delivery.ts";
import { categoryRule, deviceRule, keywordRule } from "./page.ts";
import { placeIntentionRule, placeUnknownRule, zoneRule } from "./place.ts";
import { blockedRule, floorRule, formatRule, sizeRule } from "./placement.ts";
import type { PlacementRule, Rule } from "./rule.ts";
import { creativeRule, datesRule, daypartRule, statusRule } from "./schedule.ts";
import { audienceRule, frequencyCapRule, stableVisitorRule } from "./visitor.ts";

/**
 * What a campaign must pass to show to this visitor on this page, cheapest first. The first that refuses is the one
 * that an explanation names; pacing, which is left to chance, speaks last.
 */
export const campaignRules: readonly Rule[] = [
  statusRule,
  creativeRule,
  datesRule,
  daypartRule,
  deviceRule,
  budgetRule,
  categoryRule,
  keywordRule,
  placeUnknownRule,
  placeIntentionRule,
  zoneRule,
  stableVisitorRule,
  audienceRule,
  frequencyCapRule,
  pacingRule,
];

/** What it must then pass to show in one placement. */
export const placementRules: readonly PlacementRule[] = [
  formatRule,
  sizeRule,
  blockedRule,
  floorRule,
  ...bidRules,
];

/** Those of `placementRules` that the decision has not answered already by the shapes that each placement accepts (and by
 * `biddablePlacements`). */
export const placementRulesBeyondShape: readonly PlacementRule[] = [blockedRule, floorRule];
