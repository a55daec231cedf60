import type { AreaSignal } from "../geo/locate.ts";
import { normalizeName } from "../geo/normalizeName.ts";
import type { GeoSignal } from "./types.ts";

export type DepartementOrRegion = { readonly departement: string } | { readonly region: string };

const departement = (code: string): DepartementOrRegion => ({ departement: code });
const region = (code: string): DepartementOrRegion => ({ region: code });

/** ISO 3166-1 alpha-3 codes of the parts of France that are countries to ISO; null = no one place. */
const areaOfCountry: ReadonlyMap<string, DepartementOrRegion | null> = new Map([
  ["FRA", null],
  ["GLP", departement("971")],
  ["MTQ", departement("972")],
  ["GUF", departement("973")],
  ["REU", departement("974")],
  ["SPM", departement("975")],
  ["MYT", departement("976")],
  ["BLM", departement("977")],
  ["MAF", departement("978")],
  ["ATF", departement("984")],
  ["WLF", departement("986")],
  ["PYF", departement("987")],
  ["NCL", departement("988")],
]);

/** Region codes of ISO 3166-2:FR (with those of before 2016 and 2021), to the codes of the INSEE. */
const areaOfCode: ReadonlyMap<string, DepartementOrRegion> = new Map([
  ["IDF", region("11")],
  ["CVL", region("24")],
  ["BFC", region("27")],
  ["NOR", region("28")],
  ["HDF", region("32")],
  ["GES", region("44")],
  ["PDL", region("52")],
  ["BRE", region("53")],
  ["NAQ", region("75")],
  ["OCC", region("76")],
  ["ARA", region("84")],
  ["PAC", region("93")],
  ["COR", region("94")],
  ["20R", region("94")],
  ["75C", departement("75")],
  ["69M", departement("69")],
  ["GP", departement("971")],
  ["MQ", departement("972")],
  ["GF", departement("973")],
  ["RE", departement("974")],
  ["PM", departement("975")],
  ["YT", departement("976")],
  ["BL", departement("977")],
  ["MF", departement("978")],
  ["TF", departement("984")],
  ["WF", departement("986")],
  ["PF", departement("987")],
  ["NC", departement("988")],
]);

/** Names of regions, in French and as geolocation services write them in English; those of before 2016 are left out. */
const regionOfName: ReadonlyMap<string, DepartementOrRegion> = new Map(
  (
    [
      ["Île-de-France", "11"],
      ["Centre-Val de Loire", "24"],
      ["Bourgogne-Franche-Comté", "27"],
      ["Burgundy-Franche-Comté", "27"],
      ["Normandie", "28"],
      ["Normandy", "28"],
      ["Hauts-de-France", "32"],
      ["Grand Est", "44"],
      ["Pays de la Loire", "52"],
      ["Bretagne", "53"],
      ["Brittany", "53"],
      ["Nouvelle-Aquitaine", "75"],
      ["Occitanie", "76"],
      ["Occitania", "76"],
      ["Auvergne-Rhône-Alpes", "84"],
      ["Provence-Alpes-Côte d'Azur", "93"],
      ["Provence-Alpes-Côte-d'Azur", "93"],
      ["PACA", "93"],
      ["Corse", "94"],
      ["Corsica", "94"],
      ["Guadeloupe", "01"],
      ["Martinique", "02"],
      ["Guyane", "03"],
      ["French Guiana", "03"],
      ["La Réunion", "04"],
      ["Réunion", "04"],
      ["Mayotte", "06"],
    ] as const
  ).map(([name, code]) => [normalizeName(name), region(code)]),
);

/** Whether a geo object speaks of France: by its country, or by a region that says so itself ("FR-75"). */
export function isFrench(geo: GeoSignal): boolean {
  return geo.country === null
    ? geo.region !== null && /^FR-/i.test(geo.region)
    : areaOfCountry.has(geo.country);
}

/** The areas that a geo object names, finest first: postal code, town, département or region, part of France overseas. */
export function frenchAreasOf(geo: GeoSignal): readonly AreaSignal[] {
  if (!isFrench(geo)) return [];
  const areas: AreaSignal[] = [];
  const postalCode = postalCodeOf(geo.postalCode);
  if (postalCode !== null) areas.push({ postalCode });
  const within =
    areaOfRegion(geo.region) ?? (geo.country === null ? null : areaOfCountry.get(geo.country));
  if (geo.city !== null) areas.push({ cityName: geo.city, within: within ?? null });
  if (within != null) areas.push(within);
  return areas;
}

/** "87000", "F-87000", "FR 87000", and 1000 for "01000": a number has lost its zero. Corsica's are 20xxx. */
function postalCodeOf(text: string | null): string | null {
  const digits = /^(?:FR?[- ]?)?(\d{4,5})$/i.exec(text?.replace(/(\d{2}) (\d{3})$/, "$1$2") ?? "");
  return digits?.[1]?.padStart(5, "0") ?? null;
}

/**
 * A region as ISO 3166-2 writes it, with or without "FR-" ("NAQ", "FR-87", "2A"), or as it is named. Two figures are a
 * département, as ISO has it, never a region of the INSEE.
 */
function areaOfRegion(text: string | null): DepartementOrRegion | null {
  if (text === null) return null;
  const code = text.toUpperCase().replace(/^FR-/, "");
  const known = areaOfCode.get(code);
  if (known !== undefined) return known;
  if (/^(?:0?[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-8]|98[4678])$/.test(code))
    return departement(code.padStart(2, "0"));
  return regionOfName.get(normalizeName(text)) ?? null;
}
