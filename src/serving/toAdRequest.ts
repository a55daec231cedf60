import type { ReadConsent } from "../consent/consentOf.ts";
import type { Consent } from "../consent/types.ts";
import type { FieldProblem } from "../errors.ts";
import type { VisitorPlace } from "../geo/types.ts";
import type { AdRequest } from "../targeting/types.ts";
import type { AdsBody, AdsBodyPlace } from "./adsBody.ts";
import { placementOf, type RegisteredPlacement } from "./placementOf.ts";

export type SearchPlace = NonNullable<AdsBodyPlace["search"]>;
export type DevicePlace = NonNullable<AdsBodyPlace["device"]>;
export type HomePlace = NonNullable<AdsBodyPlace["home"]>;

/** Turns what a request says of a place into a place no finer than consent allows. Null = we do not know it. */
export interface PlaceLocator {
  readonly locateSearch: (search: SearchPlace, consent: Consent) => VisitorPlace | null;
  readonly locateDevice: (device: DevicePlace, consent: Consent) => VisitorPlace | null;
  readonly locateHome: (home: HomePlace, consent: Consent) => VisitorPlace | null;
  readonly locateAddress: (address: string, consent: Consent) => VisitorPlace | null;
}

export interface ToAdRequestDeps {
  readonly readConsent: ReadConsent;
  readonly locator: PlaceLocator;
  readonly findPlacement: (siteKey: string, code: string) => RegisteredPlacement | null;
}

/** What the edge knows besides the body. */
export interface RequestFacts {
  readonly decisionId: string;
  readonly nowMs: number;
  readonly siteKey: string | null;
  /** See `visitorKeyOf`; null = anonymous. */
  readonly visitorKey: string | null;
  /** The caller's address, used for a coarse place only and kept nowhere; null = unknown. */
  readonly address: string | null;
}

export interface ParsedAdRequest {
  readonly request: AdRequest;
  /** Places that the page named and nobody knows: reported in the answer, since an odd postal code must not empty a page. */
  readonly placeProblems: readonly FieldProblem[];
}

/**
 * A valid body as the domain sees it: consent first, then the places that it allows, best first. Exact points and
 * the address end here. Without a legal basis only the place searched in is used.
 */
export function toAdRequest(
  body: AdsBody,
  facts: RequestFacts,
  deps: ToAdRequestDeps,
): ParsedAdRequest {
  const { siteKey } = facts;
  const consent = deps.readConsent(
    { gdpr: body.visitor?.gdpr, tcString: body.visitor?.consent },
    facts.nowMs,
  );
  const { places, placeProblems } = placesOf(body.place, facts.address, consent, deps.locator);
  const request: AdRequest = {
    decisionId: facts.decisionId,
    nowMs: facts.nowMs,
    placements: body.placements.map((asked) =>
      placementOf(asked, siteKey === null ? null : deps.findPlacement(siteKey, asked.id)),
    ),
    places,
    page: { category: body.page?.category ?? null, keywords: body.page?.keywords ?? [] },
    deviceType: body.device?.type ?? "other",
    consent,
    hasStableVisitor: facts.visitorKey !== null && consent.mayStore,
  };
  return { request, placeProblems };
}

interface FoundPlaces {
  readonly places: readonly VisitorPlace[];
  readonly placeProblems: readonly FieldProblem[];
}

function placesOf(
  asked: AdsBodyPlace | undefined,
  address: string | null,
  consent: Consent,
  locator: PlaceLocator,
): FoundPlaces {
  const places: VisitorPlace[] = [];
  const placeProblems: FieldProblem[] = [];
  const add = (field: string, place: VisitorPlace | null) => {
    if (place === null) placeProblems.push({ pointer: `/place/${field}`, rule: unknownPlace });
    else places.push(place);
  };
  const { search, device, home } = asked ?? {};
  if (search !== undefined && Object.keys(search).length > 0) {
    add("search", locator.locateSearch(search, consent));
  }
  if (!hasLegalBasis(consent)) return { places, placeProblems };
  if (device !== undefined) add("device", locator.locateDevice(device, consent));
  if (home !== undefined && Object.keys(home).length > 0) {
    add("home", locator.locateHome(home, consent));
  }
  if (places.length === 0 && address !== null) {
    const place = locator.locateAddress(address, consent);
    if (place !== null) places.push(place);
  }
  return { places, placeProblems };
}

const unknownPlace = "is a place that we do not know; it was left out";

/**
 * Whether anything about the visitor, beyond what the page itself is about, may be looked at. Without a valid
 * string the ad is contextual: the place searched in, and nothing else.
 */
function hasLegalBasis(consent: Consent): boolean {
  return consent.basis === "no_gdpr" || consent.basis === "tc_string";
}
