import type { ReadConsent } from "../consent/consentOf.ts";
import { consentOfMinor } from "../consent/consentOfMinor.ts";
import type { Consent } from "../consent/types.ts";
import type { FieldProblem } from "../errors.ts";
import type { HomeSignal, Locator, PointSignal, SearchSignal } from "../geo/locate.ts";
import type { VisitorPlace } from "../geo/types.ts";
import type { AdRequest } from "../targeting/types.ts";
import type { AdsBody, AdsBodyPlace } from "./adsBody.ts";
import { placementOf, type RegisteredPlacement } from "./placementOf.ts";

export interface ToAdRequestDeps {
  readonly readConsent: ReadConsent;
  readonly locator: Locator;
  /** Looks a caller's address up in the operator's table; null = it has none, or does not know the address. */
  readonly locateAddress: ((address: string) => PointSignal | null) | null;
  readonly findPlacement: (siteKey: string, code: string) => RegisteredPlacement | null;
}

export type LocatingDeps = Pick<ToAdRequestDeps, "locator" | "locateAddress">;

/** What the edge knows besides the body. */
export interface RequestFacts {
  readonly decisionId: string;
  readonly nowMs: number;
  readonly siteKey: string | null;
  /** See `acceptedVisitorId`. */
  readonly hasVisitorId: boolean;
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
 * the address end here. Unless the visitor lets places choose ads, only the place searched in is used.
 */
export function toAdRequest(
  body: AdsBody,
  facts: RequestFacts,
  deps: ToAdRequestDeps,
): ParsedAdRequest {
  const { siteKey } = facts;
  const category = body.page?.category ?? null;
  const said = deps.readConsent(
    { gdpr: body.visitor?.gdpr, tcString: body.visitor?.consent },
    facts.nowMs,
  );
  const consent = body.visitor?.minor === true ? consentOfMinor(said) : said;
  const { places, placeProblems } = placesOf(body.place, facts.address, consent, deps);
  const request: AdRequest = {
    decisionId: facts.decisionId,
    nowMs: facts.nowMs,
    placements: body.placements.map((asked) =>
      placementOf(asked, siteKey === null ? null : deps.findPlacement(siteKey, asked.id), category),
    ),
    places,
    page: { category, keywords: body.page?.keywords ?? [] },
    deviceType: body.device?.type ?? "other",
    consent,
    hasStableVisitor: facts.hasVisitorId && consent.mayStore,
  };
  return { request, placeProblems };
}

export interface FoundPlaces {
  readonly places: readonly VisitorPlace[];
  readonly placeProblems: readonly FieldProblem[];
}

/** The places of a request that consent allows, best first, and those that nobody knows. */
export function placesOf(
  asked: AdsBodyPlace | undefined,
  address: string | null,
  consent: Consent,
  deps: LocatingDeps,
): FoundPlaces {
  const { locator } = deps;
  const places: VisitorPlace[] = [];
  const placeProblems: FieldProblem[] = [];
  const add = (field: string, place: VisitorPlace | null) => {
    if (place !== null) places.push(place);
    else placeProblems.push({ pointer: `/place/${field}`, rule: unknownPlace });
  };
  const { search, device, home } = asked ?? {};
  const searched = search === undefined ? [] : searchSignals(search);
  if (searched.length > 0) add("search", firstKnown(searched, locator.locateSearch));
  // A refusal may not tell more than silence does: in both, the ad is about the page and the place searched in.
  if (!consent.mayUsePlace) return { places, placeProblems };
  if (device !== undefined) {
    add("device", locator.locateDevice(device, consent.mayUsePrecisePlace));
  }
  const lived = home === undefined ? [] : homeSignals(home);
  if (lived.length > 0) add("home", firstKnown(lived, locator.locateHome));
  if (places.length === 0) {
    const place = placeOfAddress(address, deps);
    if (place !== null) places.push(place);
  }
  return { places, placeProblems };
}

/** Everything that a page says of one place, finest first: where one is unknown, the next one counts. */
function searchSignals(search: NonNullable<AdsBodyPlace["search"]>): readonly SearchSignal[] {
  const { lat, lon, radiusMeters, departement, region } = search;
  const signals: SearchSignal[] = [];
  if (lat !== undefined && lon !== undefined) signals.push({ lat, lon, radiusMeters });
  signals.push(...homeSignals(search));
  if (departement !== undefined) signals.push({ departement });
  if (region !== undefined) signals.push({ region });
  return signals;
}

function homeSignals(home: NonNullable<AdsBodyPlace["home"]>): readonly HomeSignal[] {
  const { inseeCode, postalCode } = home;
  return [
    ...(inseeCode === undefined ? [] : [{ inseeCode }]),
    ...(postalCode === undefined ? [] : [{ postalCode }]),
  ];
}

function firstKnown<Signal>(
  signals: readonly Signal[],
  locate: (signal: Signal) => VisitorPlace | null,
): VisitorPlace | null {
  for (const signal of signals) {
    const place = locate(signal);
    if (place !== null) return place;
  }
  return null;
}

function placeOfAddress(address: string | null, deps: LocatingDeps): VisitorPlace | null {
  if (address === null || deps.locateAddress === null) return null;
  const point = deps.locateAddress(address);
  return point === null ? null : deps.locator.locateIp(point);
}

const unknownPlace = "is a place that we do not know; it was left out";
