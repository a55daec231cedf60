import { matchPlace } from "../placeMatch.ts";
import { rankKey } from "../rank.ts";
import { biddablePlacements } from "../rules/bid.ts";
import { campaignRules, placementRulesBeyondShape } from "../rules/list.ts";
import { fittingPlacements, type Scene } from "../scene.ts";
import { tierAt, traitsAt } from "../segment/heads.ts";
import { valueMicros } from "../value.ts";
import { addToPool, type Pool } from "./pool.ts";
import type { Stream } from "./stream.ts";

const found = { key: 0, placements: 0, placeIndex: 0 };

/** Adds a campaign to the pool if all rules let it pass for some placement: its rank key then, else −Infinity. */
export function admit(pool: Pool, stream: Stream, position: number): number {
  const { scene } = stream;
  let fitting = fittingPlacements(scene, position);
  if (scene.hasBids) fitting = biddablePlacements(scene, position, fitting);
  if (fitting === 0 || !passesCampaignRules(scene, position)) return -Infinity;
  found.placeIndex = matchPlace(scene, position);
  const value = valueMicros(scene, position, found.placeIndex);
  found.placements = acceptingPlacements(scene, position, fitting, value);
  if (found.placements === 0) return -Infinity;
  found.key = rankKey(tierAt(scene.segment.heads, position), value);
  addToPool(pool, stream, position, found);
  return found.key;
}

function passesCampaignRules(scene: Scene, position: number): boolean {
  const has = traitsAt(scene.segment.heads, position);
  for (let index = 0; index < campaignRules.length; index++) {
    const rule = campaignRules[index]!;
    if (rule.traits !== 0 && (rule.traits & has) === 0) continue;
    if (!rule.passes(scene, position)) return false;
  }
  return true;
}

/** Of the placements (bits) whose shapes fit, those where the campaign is not blocked and reaches the floor. */
function acceptingPlacements(
  scene: Scene,
  position: number,
  fitting: number,
  value: number,
): number {
  const { placements } = scene.request;
  let accepting = fitting;
  for (let index = 0; index < placements.length; index++) {
    if ((fitting & (1 << index)) === 0) continue;
    for (let rules = 0; rules < placementRulesBeyondShape.length; rules++) {
      const rule = placementRulesBeyondShape[rules]!;
      if (!rule.passes(scene, position, placements[index]!, value)) accepting &= ~(1 << index);
    }
  }
  return accepting;
}
