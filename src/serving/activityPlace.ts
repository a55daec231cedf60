import type { Consent } from "../consent/types.ts";
import { decodeAreaKey } from "../geo/areaKeys.ts";
import { coarserCell } from "../geo/coarserCell.ts";
import type { CellId, PlaceSource, VisitorPlace } from "../geo/types.ts";
import type { ActivityBody } from "./activityBody.ts";
import { type FoundPlaces, type LocatingDeps, placesOf } from "./toAdRequest.ts";

/** What is kept of where somebody did something. */
export interface ActivityPlace {
  /** Null = unknown, or no commune is near enough to be named. */
  readonly inseeCode: string | null;
  /** Resolution 7 at the finest; null = unknown, or consent lets no place of the visitor be used. */
  readonly cell: CellId | null;
  readonly placeProblems: FoundPlaces["placeProblems"];
}

/** Where visitors are says most of them, then where they live, then where they look. */
const best: readonly PlaceSource[] = ["device", "home", "search", "ip"];
const finestResolution = 7;
/** A wider place is not told by one commune of it. */
const communeMeters = 10_000;

/**
 * The place of a report as it may be kept: a cell only where consent lets places of visitors be used, whatever they allow
 * no finer than resolution 7; the commune searched in needs nothing.
 */
export function activityPlaceOf(
  asked: ActivityBody["place"],
  address: string | null,
  consent: Consent,
  deps: LocatingDeps,
): ActivityPlace {
  const { places, placeProblems } = placesOf(asked, address, consent, deps);
  const searched = asked?.search?.inseeCode;
  const isKnown = searched !== undefined && places.some(({ source }) => source === "search");
  const place = best.flatMap((source) => places.filter((one) => one.source === source))[0];
  if (!consent.mayUsePlace || place === undefined)
    return { inseeCode: isKnown ? searched : null, cell: null, placeProblems };
  const cell = coarserCell(place.cell, finestResolution);
  return { inseeCode: isKnown ? searched : communeOf(place), cell, placeProblems };
}

/** The commune of most of a place. */
function communeOf({ samples, accuracyMeters }: VisitorPlace): string | null {
  if (accuracyMeters > communeMeters) return null;
  const heaviest = samples.reduce<VisitorPlace["samples"][number] | null>(
    (most, one) => (most === null || one.weight > most.weight ? one : most),
    null,
  );
  const areas = (heaviest?.areaKeys ?? []).map(decodeAreaKey);
  return areas.find(({ kind }) => kind === "commune")?.code ?? null;
}
