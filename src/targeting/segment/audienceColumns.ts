import type { AudienceRule, FrequencyCap, ServableCampaign } from "../types.ts";
import { createGrowingFloat64, createGrowingUint32 } from "./growing.ts";

/** Audience rules of all campaigns, one after the other. */
export interface AudienceColumns {
  /** Four numbers a rule, side by side since they are read together: see `audienceNumbers`. */
  readonly rules: Float64Array;
  readonly segmentNames: ReadonlyMap<number, string>;
}

/** What the numbers of a rule are, by their place; NaN = the rule has no floor, or no boost. */
export const audienceNumbers = { segmentId: 0, minScore: 1, multiplier: 2, rulesAfter: 3, all: 4 };

/** What is said of a campaign without audience rules. */
export const noAudience = 0xffff_ffff;

export interface AudienceBuilder {
  /** Adds the rules of the next campaign; answers the number of its first, or `noAudience`. */
  add(campaign: ServableCampaign): number;
  finish(): AudienceColumns;
}

export function createAudienceBuilder(): AudienceBuilder {
  const rules = createGrowingFloat64();
  const segmentNames = new Map<number, string>();
  let count = 0;
  return {
    add({ audience }) {
      if (audience.length === 0) return noAudience;
      const first = count;
      for (let index = 0; index < audience.length; index++) {
        const { segmentId, segmentName, minScore, multiplier } = audience[index]!;
        rules.push(segmentId);
        rules.push(minScore ?? Number.NaN);
        rules.push(multiplier ?? Number.NaN);
        rules.push(audience.length - 1 - index);
        segmentNames.set(segmentId, segmentName);
      }
      count += audience.length;
      return first;
    },
    finish: () => ({ rules: rules.finish(), segmentNames }),
  };
}

/** The rules of a campaign, by the number of its first. */
export function readAudience(
  { rules, segmentNames }: AudienceColumns,
  first: number,
): AudienceRule[] {
  const read: AudienceRule[] = [];
  if (first === noAudience) return read;
  for (let at = audienceNumbers.all * first; ; at += audienceNumbers.all) {
    const segmentId = rules[at + audienceNumbers.segmentId]!;
    read.push({
      segmentId,
      segmentName: segmentNames.get(segmentId) ?? "",
      minScore: nullIfNaN(rules[at + audienceNumbers.minScore]!),
      multiplier: nullIfNaN(rules[at + audienceNumbers.multiplier]!),
    });
    if (rules[at + audienceNumbers.rulesAfter] === 0) return read;
  }
}

/** Frequency caps of all campaigns, one after the other. */
export interface CapColumns {
  readonly starts: Uint32Array;
  /** 1 = counted for the advertiser, 0 = for the campaign. */
  readonly perAdvertiser: Uint8Array;
  readonly maxImpressions: Uint32Array;
  /** 0 = the window is the page view. */
  readonly windowSeconds: Uint32Array;
  /** Advertisers with a cap over all their campaigns. */
  readonly advertiserIds: ReadonlySet<number>;
}

export interface CapBuilder {
  add(campaign: ServableCampaign): void;
  finish(): CapColumns;
}

export function createCapBuilder(): CapBuilder {
  const starts = createGrowingUint32();
  const perAdvertiser = createGrowingUint32();
  const maxImpressions = createGrowingUint32();
  const windowSeconds = createGrowingUint32();
  const advertiserIds = new Set<number>();
  starts.push(0);
  return {
    add({ advertiserId, frequencyCaps }) {
      for (const cap of frequencyCaps) {
        if (cap.per === "advertiser") advertiserIds.add(advertiserId);
        perAdvertiser.push(cap.per === "advertiser" ? 1 : 0);
        maxImpressions.push(cap.maxImpressions);
        windowSeconds.push(cap.windowSeconds ?? 0);
      }
      starts.push(perAdvertiser.length());
    },
    finish: () => ({
      starts: starts.finish(),
      perAdvertiser: Uint8Array.from(perAdvertiser.finish()),
      maxImpressions: maxImpressions.finish(),
      windowSeconds: windowSeconds.finish(),
      advertiserIds,
    }),
  };
}

export function readCaps(columns: CapColumns, position: number): FrequencyCap[] {
  const caps: FrequencyCap[] = [];
  for (let at = columns.starts[position]!; at < columns.starts[position + 1]!; at++) {
    const per = columns.perAdvertiser[at] === 1 ? "advertiser" : "campaign";
    const maxImpressions = columns.maxImpressions[at]!;
    const windowSeconds = columns.windowSeconds[at]!;
    caps.push(
      windowSeconds === 0
        ? { per, maxImpressions, window: "page_view" }
        : { per, maxImpressions, windowSeconds },
    );
  }
  return caps;
}

function nullIfNaN(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
