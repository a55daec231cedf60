import { capKey } from "../capKey.ts";
import type { Scene } from "../scene.ts";
import { audienceNumbers } from "../segment/audienceColumns.ts";
import {
  advertiserIdAt,
  audienceStartAt,
  campaignIdAt,
  hasTrait,
  traits,
} from "../segment/heads.ts";
import type { Rule } from "./rule.ts";

/**
 * A cap over time cannot be kept for a visitor who is not recognised, so campaigns with one wait for one who is. Caps
 * within the page view need nobody.
 */
export const stableVisitorRule: Rule = {
  name: "no_stable_visitor",
  traits: traits.timedCaps,
  passes: ({ request, segment: { heads } }, position) =>
    request.hasStableVisitor || !hasTrait(heads, position, traits.timedCaps),
  figures: ({ request }) => ({ mayStore: request.consent.mayStore }),
};

/** Every segment with a least score must be scored, at that score or above. */
export const audienceRule: Rule = {
  name: "audience",
  traits: traits.minScores,
  passes: (scene, position) => firstUnmetAudience(scene, position) < 0,
  figures: (scene, position) => {
    const { rules, segmentNames } = scene.segment.audience;
    const at = firstUnmetAudience(scene, position);
    const segmentId = rules[at + audienceNumbers.segmentId]!;
    return {
      segmentId,
      segmentName: segmentNames.get(segmentId) ?? null,
      score: scene.visitor.scores?.get(segmentId) ?? null,
      minScore: rules[at + audienceNumbers.minScore]!,
    };
  },
};

/** In each window and page view, fewer impressions than the cap: an impression leaves the window when it is exactly as old. */
export const frequencyCapRule: Rule = {
  name: "frequency_cap",
  traits: traits.caps,
  passes: (scene, position) => firstReachedCap(scene, position) < 0,
  figures: (scene, position) => {
    const { caps } = scene.segment;
    const at = firstReachedCap(scene, position);
    const windowSeconds = caps.windowSeconds[at]!;
    return {
      per: caps.perAdvertiser[at] === 1 ? "advertiser" : "campaign",
      shown: shownInWindow(scene, position, at),
      max: caps.maxImpressions[at]!,
      ...(windowSeconds === 0 ? { window: "page_view" } : { windowSeconds }),
    };
  },
};

/** Where the numbers of the first rule stand whose least score is not reached; −1 = all are. */
function firstUnmetAudience({ segment, visitor }: Scene, position: number): number {
  const { audience, heads } = segment;
  if (!hasTrait(heads, position, traits.minScores)) return -1;
  const { rules } = audience;
  let at = audienceNumbers.all * audienceStartAt(heads, position);
  for (;;) {
    const minScore = rules[at + audienceNumbers.minScore]!;
    if (!Number.isNaN(minScore)) {
      const score = visitor.scores?.get(rules[at + audienceNumbers.segmentId]!);
      if (score === undefined || score < minScore) return at;
    }
    if (rules[at + audienceNumbers.rulesAfter] === 0) return -1;
    at += audienceNumbers.all;
  }
}

function firstReachedCap(scene: Scene, position: number): number {
  const { impressions, shownInPageView } = scene.visitor;
  if (impressions.size === 0 && (shownInPageView?.size ?? 0) === 0) return -1;
  const { caps } = scene.segment;
  const end = caps.starts[position + 1]!;
  for (let at = caps.starts[position]!; at < end; at++) {
    if (shownInWindow(scene, position, at) >= caps.maxImpressions[at]!) return at;
  }
  return -1;
}

/** How often a cap (`at` in the segment's columns) has been used within its window. */
export function shownInWindow(scene: Scene, position: number, at: number): number {
  const { caps, heads } = scene.segment;
  const key =
    caps.perAdvertiser[at] === 1
      ? capKey({ per: "advertiser", id: advertiserIdAt(heads, position) })
      : capKey({ per: "campaign", id: campaignIdAt(heads, position) });
  const windowSeconds = caps.windowSeconds[at]!;
  if (windowSeconds === 0) return scene.visitor.shownInPageView?.get(key) ?? 0;
  const times = scene.visitor.impressions.get(key);
  if (times === undefined) return 0;
  const since = scene.request.nowMs - windowSeconds * 1000;
  let shown = 0;
  for (let index = times.length - 1; index >= 0 && times[index]! > since; index--) shown++;
  return shown;
}
