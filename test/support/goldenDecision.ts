import { bannerSizes } from "../../src/campaigns/limits.ts";
import type { Consent } from "../../src/consent/types.ts";
import type { ZoneArea } from "../../src/geo/types.ts";
import { bidConstraintsOf } from "../../src/openrtb/bidConstraints.ts";
import { parseBidRequest } from "../../src/openrtb/parseBidRequest.ts";
import { placementAskOf } from "../../src/openrtb/placementAsk.ts";
import { type AdsBody, adsBodySchema } from "../../src/serving/adsBody.ts";
import { toAdRequest } from "../../src/serving/toAdRequest.ts";
import type { BudgetRefusal, DeliveryState } from "../../src/targeting/deliveryState.ts";
import type { RejectionRule } from "../../src/targeting/rejection.ts";
import type {
  AdRequest,
  Placement,
  ServableCampaign,
  VisitorState,
} from "../../src/targeting/types.ts";
import { buildCampaign, type CampaignFields } from "./campaignBuilder.ts";
import { frenchLocator, zoneOf } from "./geography.ts";
import { rates } from "./openrtb/bidSamples.ts";
import { answerSettings } from "./openrtb/goldenAnswer.ts";
import { buildPlacement, fullConsent } from "./requestBuilder.ts";

/** One file of test/golden/decision; see the README there. */
export interface GoldenDecision {
  readonly description: string;
  readonly now?: string;
  readonly nowMs?: number;
  readonly campaigns: readonly GoldenCampaign[];
  readonly request: GoldenRequest;
  /** Instead of the request's placements: an exchange's body, each imp of which is a placement. */
  readonly exchange?: {
    readonly request: object;
    readonly settings?: { readonly seat?: string | null; readonly marginPermille?: number };
  };
  readonly visitor?: {
    readonly scores?: Readonly<Record<string, number>> | null;
    /** Seconds ago, by cap key. */
    readonly impressions?: Readonly<Record<string, readonly number[]>>;
    /** How often, by cap key. */
    readonly shownInPageView?: Readonly<Record<string, number>>;
  };
  readonly delivery?: {
    readonly exhausted?: Readonly<
      Record<string, { readonly forSeconds: number; readonly reason: BudgetRefusal }>
    >;
    readonly throttles?: Readonly<Record<string, number>>;
  };
  readonly expected: {
    readonly placements: Readonly<Record<string, readonly number[]>>;
    readonly rejections?: Readonly<Record<string, RejectionRule>>;
    readonly valuesMicros?: Readonly<Record<string, number>>;
  };
}

type GoldenCampaign = Omit<CampaignFields, "zone"> & {
  readonly zone?: { readonly include: readonly ZoneArea[]; readonly exclude?: readonly ZoneArea[] };
};

type GoldenRequest = Omit<AdsBody, "placements"> & {
  readonly decisionId?: string;
  readonly consent?: Partial<Consent>;
  readonly placements?: readonly {
    readonly blockedAdvertiserIds?: readonly number[];
    readonly blockedTrades?: readonly string[];
  }[];
};

export function goldenNowMs(golden: GoldenDecision): number {
  const nowMs = golden.nowMs ?? Date.parse(golden.now ?? "");
  if (!Number.isInteger(nowMs)) throw new Error("a golden case needs `now` or `nowMs`");
  return nowMs;
}

export function goldenCampaigns(golden: GoldenDecision): readonly ServableCampaign[] {
  return golden.campaigns.map(({ zone, ...fields }) =>
    buildCampaign(
      zone === undefined ? fields : { ...fields, zone: zoneOf(zone.include, zone.exclude) },
    ),
  );
}

/** The case's body, through the parsing that real bodies go through. */
export function goldenRequest(golden: GoldenDecision): AdRequest {
  const { decisionId = "golden", consent, placements = [] } = golden.request;
  const body = adsBodySchema.parse({ placements: [{ id: "1" }], ...golden.request });
  const facts = {
    decisionId,
    nowMs: goldenNowMs(golden),
    siteKey: null,
    hasVisitorId: body.visitor?.id !== undefined,
    address: null,
  };
  const { exchange } = golden;
  const { request } = toAdRequest(body, facts, {
    readConsent: () => ({ ...fullConsent, ...consent }),
    locator: frenchLocator,
    locateAddress: null,
    findPlacement: () => null,
  });
  if (exchange !== undefined) return { ...request, placements: exchangePlacements(exchange) };
  return {
    ...request,
    placements: request.placements.map((placement, index) => ({
      ...placement,
      blockedAdvertiserIds: placements[index]?.blockedAdvertiserIds ?? [],
      blockedTrades: placements[index]?.blockedTrades ?? [],
    })),
  };
}

/** Imps for which there is nothing to offer are none, as when exchanges are served. */
function exchangePlacements({
  request: body,
  settings,
}: NonNullable<GoldenDecision["exchange"]>): readonly Placement[] {
  const parsed = parseBidRequest({ id: "r", ...body });
  if (!parsed.ok) throw new Error(`a golden request must be readable: ${parsed.problem}`);
  const answer = { ...answerSettings, ...settings };
  const ssp = { name: "demo", answer, price: answer };
  return parsed.request.imps.flatMap((imp): Placement[] => {
    const { id, formats, sizes } = placementAskOf(imp, bannerSizes);
    const bid = bidConstraintsOf(parsed.request, imp, ssp, rates);
    return formats.length === 0 ? [] : [buildPlacement({ id, formats, sizes, bid })];
  });
}

export function goldenVisitor(golden: GoldenDecision): VisitorState {
  const { scores, impressions = {}, shownInPageView } = golden.visitor ?? {};
  const nowMs = goldenNowMs(golden);
  return {
    scores: scores == null ? null : new Map(numbered(scores)),
    impressions: new Map(
      Object.entries(impressions).map(([key, secondsAgo]) => [
        key,
        secondsAgo.map((seconds) => nowMs - seconds * 1000).sort((a, b) => a - b),
      ]),
    ),
    ...(shownInPageView && { shownInPageView: new Map(Object.entries(shownInPageView)) }),
  };
}

export function goldenDelivery(golden: GoldenDecision): DeliveryState {
  const { exhausted = {}, throttles = {} } = golden.delivery ?? {};
  const nowMs = goldenNowMs(golden);
  return {
    exhaustedUntilMs: new Map(
      numbered(exhausted).map(([campaignId, { forSeconds, reason }]) => [
        campaignId,
        { untilMs: nowMs + forSeconds * 1000, reason },
      ]),
    ),
    throttles: new Map(numbered(throttles)),
  };
}

function numbered<T>(byId: Readonly<Record<string, T>>): [number, T][] {
  return Object.entries(byId).map(([id, value]) => [Number(id), value]);
}
