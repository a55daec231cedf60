import type { AudienceRule, FrequencyCap, ServableCampaign } from "../types.ts";

/** Audience rules of all campaigns, one after the other. */
export interface AudienceColumns {
  /** Rules `starts[p]` to `starts[p + 1] − 1` are those of the campaign at position p. */
  readonly starts: Uint32Array;
  /** Four numbers a rule, side by side since they are read together: see `audienceNumbers`. */
  readonly rules: Float64Array;
  readonly segmentNames: ReadonlyMap<number, string>;
}

/** What the numbers of a rule are, by their place; NaN = the rule has no floor, or no boost. */
export const audienceNumbers = { segmentId: 0, minScore: 1, multiplier: 2, rulesAfter: 3, all: 4 };

export function compileAudience(campaigns: readonly ServableCampaign[]): AudienceColumns {
  const starts = startsOf(campaigns, (campaign) => campaign.audience.length);
  const rules = new Float64Array(audienceNumbers.all * starts[campaigns.length]!);
  const segmentNames = new Map<number, string>();
  let at = 0;
  for (const { audience } of campaigns) {
    for (let index = 0; index < audience.length; index++) {
      const { segmentId, segmentName, minScore, multiplier } = audience[index]!;
      rules[at + audienceNumbers.segmentId] = segmentId;
      rules[at + audienceNumbers.minScore] = minScore ?? Number.NaN;
      rules[at + audienceNumbers.multiplier] = multiplier ?? Number.NaN;
      rules[at + audienceNumbers.rulesAfter] = audience.length - 1 - index;
      segmentNames.set(segmentId, segmentName);
      at += audienceNumbers.all;
    }
  }
  return { starts, rules, segmentNames };
}

export function readAudience(columns: AudienceColumns, position: number): AudienceRule[] {
  const read: AudienceRule[] = [];
  const { starts, rules, segmentNames } = columns;
  for (let rule = starts[position]!; rule < starts[position + 1]!; rule++) {
    const at = audienceNumbers.all * rule;
    const segmentId = rules[at + audienceNumbers.segmentId]!;
    read.push({
      segmentId,
      segmentName: segmentNames.get(segmentId) ?? "",
      minScore: nullIfNaN(rules[at + audienceNumbers.minScore]!),
      multiplier: nullIfNaN(rules[at + audienceNumbers.multiplier]!),
    });
  }
  return read;
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
  const starts = startsOf(campaigns, (campaign) => campaign.frequencyCaps.length);
  const count = starts[campaigns.length]!;
  const perAdvertiser = new Uint8Array(count);
  const maxImpressions = new Uint32Array(count);
  const windowSeconds = new Uint32Array(count);
  let at = 0;
  for (const { frequencyCaps } of campaigns) {
    for (const cap of frequencyCaps) {
      perAdvertiser[at] = cap.per === "advertiser" ? 1 : 0;
      maxImpressions[at] = cap.maxImpressions;
      windowSeconds[at++] = cap.windowSeconds;
    }
  }
  return { starts, perAdvertiser, maxImpressions, windowSeconds };
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
  for (let position = 0; position < campaigns.length; position++) {
    starts[position + 1] = starts[position]! + lengthOf(campaigns[position]!);
  }
  return starts;
}

function nullIfNaN(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
