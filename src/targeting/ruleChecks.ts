import { matchPlace } from "./placeMatch.ts";
import type { RejectionRule } from "./rejection.ts";
import { campaignRules, placementRules } from "./rules/list.ts";
import type { Scene } from "./scene.ts";
import { valueMicros } from "./value.ts";

/** What one rule says of a campaign in one visit, whatever the others say. */
export interface RuleCheck {
  readonly rule: RejectionRule;
  readonly passed: boolean;
}

/** Of pages of our own: what exchanges ask for is not asked there. */
const pageRules = placementRules.filter(({ name }) => !name.startsWith("exchange_"));

/**
 * Every rule's own answer, in the order in which `decide` asks them; those of placements on the placement where the campaign
 * passes most. `decide` stops at the first refusal: this is for people who ask why. Pure.
 */
export function checkRules(scene: Scene, position: number): readonly RuleCheck[] {
  const value = valueMicros(scene, position, matchPlace(scene, position));
  const ofCampaign = campaignRules.map((rule) => ({
    rule: rule.name,
    passed: rule.passes(scene, position),
  }));
  const ofPlacements = scene.request.placements.map((placement) =>
    pageRules.map((rule) => ({
      rule: rule.name,
      passed: rule.passes(scene, position, placement, value),
    })),
  );
  const best = ofPlacements.sort((a, b) => passedOf(b) - passedOf(a))[0] ?? [];
  return [...ofCampaign, ...best];
}

const passedOf = (checks: readonly RuleCheck[]): number =>
  checks.filter(({ passed }) => passed).length;
