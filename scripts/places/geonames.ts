import { normalizeName } from "../../src/geo/normalizeName.ts";

/** One populated place of GeoNames, only what the join needs. */
export interface GeoNamesPoint {
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
  /** "PPLA2" = seat of a département, "PPLX" = a part of a town. */
  readonly featureCode: string;
  readonly country: string;
  /** INSEE code of the commune (possibly of a merged one), or "". */
  readonly inseeCode: string;
  readonly population: number;
}

const frenchCountries = new Set("FR RE GP MQ GF YT PM WF PF NC BL MF TF".split(" "));

/** Reads GeoNames' tab-separated dump (19 columns; admin4 is the 14th). */
export function parseGeoNames(text: string): readonly GeoNamesPoint[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const fields = line.split("\t");
      const country = fields[8] ?? "";
      // Wallis and Saint-Pierre have no arrondissement level: their INSEE code sits one or three columns earlier.
      const codes = [fields[13], fields[11], fields[10]].map((code) => code ?? "");
      return {
        name: fields[1] ?? "",
        lat: Number(fields[4]),
        lon: Number(fields[5]),
        featureCode: fields[7] ?? "",
        country,
        inseeCode: codes.find((code) => /^(\d{5}|2[AB]\d{3})$/.test(code)) ?? "",
        population: Number(fields[14]),
      };
    });
}

export const isFrench = (point: GeoNamesPoint): boolean => frenchCountries.has(point.country);

/** "Lyon 03" → "69383", "Marseille 12" → "13212"; null for anything else. */
export function arrondissementCode(point: GeoNamesPoint): string | null {
  const match = /^(Lyon|Marseille) (\d\d)$/.exec(point.name);
  if (match === null) return null;
  return String((match[1] === "Lyon" ? 69380 : 13200) + Number(match[2]));
}

/** The point that stands best for a commune: its namesake, then a real town before a quarter, then the largest. */
export function bestPoint(
  points: readonly GeoNamesPoint[],
  communeName: string,
): GeoNamesPoint | undefined {
  const wanted = normalizeName(communeName);
  const rank = (point: GeoNamesPoint) =>
    (normalizeName(point.name) === wanted ? 2 : 0) + (point.featureCode === "PPLX" ? 0 : 1);
  return [...points].sort(
    (a, b) => rank(b) - rank(a) || b.population - a.population || a.lat - b.lat || a.lon - b.lon,
  )[0];
}
