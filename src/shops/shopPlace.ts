import type { FieldProblem } from "../errors.ts";
import type { Commune } from "../geo/commune.ts";
import { normalizeName } from "../geo/normalizeName.ts";
import type { Places } from "../geo/places.ts";
import { townNamed } from "../geo/townNamed.ts";
import type { Zone, ZoneArea } from "../geo/types.ts";

/** Where a shop is, as it is written. */
export interface ShopPlaceInput {
  readonly address?: string | undefined;
  readonly commune?: string | undefined;
  readonly postalCode?: string | undefined;
  readonly inseeCode?: string | undefined;
  readonly lat?: number | undefined;
  readonly lon?: number | undefined;
}

/** What an operator's look-up of street addresses (such as the Base Adresse Nationale) says; null = it knows no such one. */
export type AddressLookup = (
  address: string,
) => Promise<{ readonly lat: number; readonly lon: number } | null>;

export interface ShopPlace {
  readonly lat: number;
  readonly lon: number;
  /** What its centre is: the shop itself, or the middle of its commune or postal code. */
  readonly centre: "pin" | "address" | "commune" | "postalCode";
  /** The area that stands for it where no radius is given; null = a point has none. */
  readonly area: ZoneArea | null;
}

export type FoundPlace =
  | { readonly ok: true; readonly place: ShopPlace }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/**
 * Finds a shop: its pin, else its address where somebody looks addresses up, else its commune (by code, or by name and postal
 * code), else its postal code. Of an address that nobody looks up the postal code and the commune at its end are read.
 */
export async function findShop(
  input: ShopPlaceInput,
  places: Places,
  lookUp: AddressLookup | null,
): Promise<FoundPlace> {
  const { lat, lon, address } = input;
  if (lat !== undefined && lon !== undefined) return found({ lat, lon, centre: "pin", area: null });
  if (address !== undefined && lookUp !== null) {
    const point = await lookUp(address);
    if (point !== null) {
      return found({ lat: point.lat, lon: point.lon, centre: "address", area: null });
    }
  }
  const told = given(input);
  // What the end of the address says is wrong in the address.
  const pointerTo = (field: keyof ShopPlaceInput): string =>
    `/place/${field in told ? field : "address"}`;
  return findArea({ ...endOfAddress(address), ...told }, places, pointerTo);
}

/** Without what is not given, so that the end of the address counts there. */
const given = (input: ShopPlaceInput): ShopPlaceInput =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

/** "12 rue des Arènes, 87000 Limoges" ends with what we know. */
export function endOfAddress(
  address: string | undefined,
): Pick<ShopPlaceInput, "commune" | "postalCode"> {
  const end = /(?:^|[\s,])(\d{5})(?:\s+([^\d,][^,]*?))?\s*(?:,\s*france\s*)?$/i.exec(address ?? "");
  const [, postalCode, commune] = end ?? [];
  return { ...(postalCode && { postalCode }), ...(commune && { commune }) };
}

function findArea(
  input: ShopPlaceInput,
  places: Places,
  pointerTo: (field: keyof ShopPlaceInput) => string,
): FoundPlace {
  const { inseeCode, commune, postalCode } = input;
  if (inseeCode !== undefined) {
    const known = places.communes.get(inseeCode.toUpperCase());
    return known === undefined ? unknown("/place/inseeCode", "commune") : ofCommune(known);
  }
  const group = postalCode === undefined ? undefined : places.postalCodes.get(postalCode);
  if (postalCode !== undefined && group === undefined) {
    return unknown(pointerTo("postalCode"), "postal code");
  }
  if (commune !== undefined) {
    const named =
      group === undefined ? onlyTown(places, commune) : inGroup(group.communes, commune);
    if (named !== undefined) return ofCommune(named);
    const names = group?.communes.slice(0, 5).map(({ name }) => name);
    const rule =
      names === undefined
        ? "must be a commune of France; give its postal code where several have this name"
        : `must be a commune of ${postalCode}: ${names.join(", ")}`;
    return { ok: false, problems: [{ pointer: pointerTo("commune"), rule }] };
  }
  const largest = group?.communes[0];
  if (group === undefined || largest === undefined) {
    const rule =
      "needs a pin (lat, lon), a commune, a postal code or an address that ends with one";
    return { ok: false, problems: [{ pointer: "/place", rule }] };
  }
  const area = { type: "postalCode" as const, postalCode: group.code };
  return found({ lat: largest.lat, lon: largest.lon, centre: "postalCode", area });
}

function onlyTown(places: Places, name: string): Commune | undefined {
  const code = townNamed(places, name, null);
  return code === null ? undefined : places.communes.get(code);
}

/** "Paris" with 75011 is its eleventh arrondissement. */
function inGroup(communes: readonly Commune[], name: string): Commune | undefined {
  const wanted = normalizeName(name).replace(/ cedex\b.*$/, "");
  return (
    communes.find((it) => normalizeName(it.name) === wanted) ??
    communes.find((it) => normalizeName(it.name).startsWith(`${wanted} `) && it.parentCode !== null)
  );
}

const ofCommune = ({ lat, lon, inseeCode }: Commune): FoundPlace =>
  found({ lat, lon, centre: "commune", area: { type: "commune", inseeCode } });

const found = (place: ShopPlace): FoundPlace => ({ ok: true, place });

const unknown = (pointer: string, what: string): FoundPlace => ({
  ok: false,
  problems: [{ pointer, rule: `must be a ${what} of France that we know` }],
});

/** The zone of a shop: a circle around it, or with no radius its commune or postal code; null = a point has none. */
export function zoneOfShop(place: ShopPlace, radiusMeters: number | null): Zone | null {
  const { lat, lon, area } = place;
  if (radiusMeters === null) return area === null ? null : { include: [area], exclude: [] };
  return { include: [{ type: "circle", lat, lon, radiusMeters }], exclude: [] };
}
