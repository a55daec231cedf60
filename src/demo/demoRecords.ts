import type { CreativeWrite } from "../campaigns/creativeState.ts";
import type { CampaignWrite } from "../campaigns/repository.ts";
import { approvedBy } from "../campaigns/review.ts";
import type { CompiledZone, Zone } from "../geo/types.ts";
import type { DemoCampaign, DemoCreative } from "./demoTypes.ts";

/** What a demo campaign needs to become a record: the ids that the store gave, and geo's compiler. */
export interface RecordContext {
  readonly segmentIdBySlug: ReadonlyMap<string, number>;
  readonly compileZone: (zone: Zone) => CompiledZone;
}

/** A demo campaign as the store takes it. Throws for a segment that does not exist: the demo is ours. */
export function demoCampaignToWrite(
  campaign: DemoCampaign,
  advertiserId: number,
  context: RecordContext,
): CampaignWrite {
  const { creatives: _creatives, spentMicros: _spent, refusedBy: _refused, ...fields } = campaign;
  return {
    ...fields,
    deals: campaign.deals ?? [],
    openAuction: true,
    contentCategories: [],
    co2Class: null,
    creativeRotation: "even",
    utmTagging: true,
    advertiserId,
    audience: campaign.audience.map(({ segment, minScore, multiplier }) => {
      const segmentId = context.segmentIdBySlug.get(segment);
      if (segmentId === undefined) throw new Error(`the demo has no segment "${segment}"`);
      return { segmentId, minScore, multiplier };
    }),
    compiledZone: context.compileZone(campaign.zone),
  };
}

/** A demo creative as the store takes it: nobody reviews our own. */
export function demoCreativeToFields(creative: DemoCreative, campaignId: number): CreativeWrite {
  const common = {
    campaignId,
    active: true,
    weight: 1,
    attributes: [],
    review: approvedBy("demo", null),
  };
  return creative.format === "html"
    ? { ...creative, ...common }
    : { ...creative, ...common, mediaId: null };
}
