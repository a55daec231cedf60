import type { AudienceRule, FrequencyCap, ServableCampaign } from "../types.ts";

/** Audience rules of all campaigns, one after the other; NaN = the rule has no floor, or no boost. */
export interface AudienceColumns {
  readonly starts: Uint32Array;
  readonly segmentIds: Uint32Array;
  readonly minScores: Float64Array;
  readonly multipliers: Float64Array;
  readonly segmentNames: ReadonlyMap<number, string>;
}

export function compileAudience(campaigns: readonly ServableCampaign[]): AudienceColumns {
  const rules = campaigns.flatMap((campaign) => campaign.audience);
  return {
    starts: startsOf(campaigns, (campaign) => campaign.audience.length),
    segmentIds: Uint32Array.from(rules, (rule) => rule.segmentId),
    minScores: Float64Array.from(rules, (rule) => rule.minScore ?? Number.NaN),
    multipliers: Float64Array.from(rules, (rule) => rule.multiplier ?? Number.NaN),
    segmentNames: new Map(rules.map((rule) => [rule.segmentId, rule.segmentName])),
  };
}

export function readAudience(columns: AudienceColumns, position: number): AudienceRule[] {
  const rules: AudienceRule[] = [];
  for (let at = columns.starts[position]!; at < columns.starts[position + 1]!; at++) {
    const segmentId = columns.segmentIds[at]!;
    rules.push({
      segmentId,
      segmentName: columns.segmentNames.get(segmentId) ?? "",
      minScore: nullIfNaN(columns.minScores[at]!),
      multiplier: nullIfNaN(columns.multipliers[at]!),
    });
  }
  return rules;
}

/** Frequency caps of all campaigns, one after the other. */
export interface CapColumns {
  readonly starts: Uint32Array;
  /** 1 = counted for the advertiser, 0 = for the campaign. */
  readonly perAdvertiser: Uint8Array;
  readonly maxImpressions: Uint32Array;
  readonly windowSeconds: Uint32Array;
}

export function compileCaps(campaigns: readonly ServableCampaign[]): CapColumns {
  const caps = campaigns.flatMap((campaign) => campaign.frequencyCaps);
  return {
    starts: startsOf(campaigns, (campaign) => campaign.frequencyCaps.length),
    perAdvertiser: Uint8Array.from(caps, (cap) => (cap.per === "advertiser" ? 1 : 0)),
    maxImpressions: Uint32Array.from(caps, (cap) => cap.maxImpressions),
    windowSeconds: Uint32Array.from(caps, (cap) => cap.windowSeconds),
  };
}

export function readCaps(columns: CapColumns, position: number): FrequencyCap[] {
  const caps: FrequencyCap[] = [];
  for (let at = columns.starts[position]!; at < columns.starts[position + 1]!; at++) {
    caps.push({
      per: columns.perAdvertiser[at] === 1 ? "advertiser" : "campaign",
      maxImpressions: columns.maxImpressions[at]!,
      windowSeconds: columns.windowSeconds[at]!,
    });
  }
  return caps;
}

function startsOf(
  campaigns: readonly ServableCampaign[],
  lengthOf: (campaign: ServableCampaign) => number,
): Uint32Array {
  const starts = new Uint32Array(campaigns.length + 1);
  campaigns.forEach((campaign, position) => {
    starts[position + 1] = starts[position]! + lengthOf(campaign);
  });
  return starts;
}

function nullIfNaN(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
