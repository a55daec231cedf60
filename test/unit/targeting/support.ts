import type { DeliveryState } from "../../../src/targeting/deliveryState.ts";
import { explain } from "../../../src/targeting/explain.ts";
import type { Rejection } from "../../../src/targeting/rejection.ts";
import { buildSnapshot } from "../../../src/targeting/snapshot.ts";
import type { AdRequest, ServableCampaign, VisitorState } from "../../../src/targeting/types.ts";
import { buildCampaign, type CampaignFields } from "../../support/campaignBuilder.ts";
import { buildRequest, freeDelivery, unknownVisitor } from "../../support/requestBuilder.ts";

export interface Situation {
  readonly campaign?: Partial<CampaignFields>;
  readonly request?: Partial<AdRequest>;
  readonly visitor?: Partial<VisitorState>;
  readonly delivery?: Partial<DeliveryState>;
}

/** Campaign 1 alone in a snapshot: why it does not show, or "shown". */
export function refusal(situation: Situation): Pick<Rejection, "rule" | "figures"> | "shown" {
  const campaign: ServableCampaign = buildCampaign({ campaignId: 1, ...situation.campaign });
  const told = explain(
    buildRequest(situation.request),
    buildSnapshot([campaign], { revision: "1", builtAtMs: 0 }),
    { ...unknownVisitor, ...situation.visitor },
    { ...freeDelivery, ...situation.delivery },
    { campaignIds: [1] },
  );
  const rejection = told.rejections[0];
  if (rejection === undefined) return "shown";
  return { rule: rejection.rule, figures: rejection.figures };
}

/** The name of the rule alone. */
export function ruleOf(situation: Situation): string {
  const answer = refusal(situation);
  return answer === "shown" ? answer : answer.rule;
}
