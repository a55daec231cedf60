import { bannerSizes } from "../campaigns/limits.ts";
import type { ReadConsent } from "../consent/consentOf.ts";
import { consentOfMinor } from "../consent/consentOfMinor.ts";
import type { Consent } from "../consent/types.ts";
import type { Locator } from "../geo/locate.ts";
import { type LocateAddress, locatePlaces } from "../openrtb/locatePlaces.ts";
import { pageCategoryOf } from "../openrtb/pageCategory.ts";
import { type PlacementAsk, placementAskOf } from "../openrtb/placementAsk.ts";
import { placeSignalsOf } from "../openrtb/placeSignals.ts";
import type { BidRequest, Imp } from "../openrtb/types.ts";
import type { AdRequest, Placement } from "../targeting/types.ts";

export interface BidAdRequestDeps {
  readonly readConsent: ReadConsent;
  readonly locator: Locator;
  readonly locateAddress: LocateAddress | null;
}

/** An imp that something of ours can be offered for. */
export interface OpenImp {
  readonly imp: Imp;
  readonly ask: PlacementAsk;
}

/** What the request allows of a person: consent, and less for a child or somebody who asked not to be followed. Pure. */
export function consentOfBid(
  { device, regs }: BidRequest,
  readConsent: ReadConsent,
  nowMs: number,
): Consent {
  const consent = readConsent({ gdpr: regs.gdpr, tcString: regs.tcString }, nowMs);
  if (regs.coppa) return consentOfMinor(consent);
  if (!(device.lmt || device.dnt || regs.gpc)) return consent;
  return { ...consent, mayPersonalise: false, mayUsePrecisePlace: false };
}

/** Imps that we could fill: of a medium, shape and markup that we have. `isSecure` = our own addresses are https. */
export function openImpsOf(request: BidRequest, isSecure: boolean): readonly OpenImp[] {
  return request.imps.flatMap((imp) => {
    const ask = placementAskOf(imp, bannerSizes);
    return ask.formats.length === 0 || (imp.secure && !isSecure) ? [] : [{ imp, ask }];
  });
}

const keywordsRead = 30;

/** A bid request as the domain sees it, a placement for each open imp. Exact points and addresses end here. */
export function bidRequestToAdRequest(
  request: BidRequest,
  facts: {
    readonly decisionId: string;
    readonly nowMs: number;
    readonly consent: Consent;
    readonly hasVisitor: boolean;
  },
  placements: readonly Placement[],
  { locator, locateAddress }: BidAdRequestDeps,
): AdRequest {
  const { decisionId, nowMs, consent, hasVisitor } = facts;
  return {
    decisionId,
    nowMs,
    placements,
    places: locatePlaces(placeSignalsOf(request), consent, locator, locateAddress),
    page: {
      category: pageCategoryOf(request.context),
      keywords: request.context.keywords.slice(0, keywordsRead),
    },
    deviceType: request.device.type,
    consent,
    hasStableVisitor: hasVisitor && consent.mayStore,
  };
}

/** The slot of an open imp: one ad; what the exchange asks of any bid is in `bid`. */
export function placementOfImp({ ask }: OpenImp): Placement {
  return {
    id: ask.id,
    formats: ask.formats,
    sizes: ask.sizes,
    count: 1,
    floorMicros: 0,
    blockedAdvertiserIds: [],
    blockedTrades: [],
  };
}
