import { encodeAreaKey, franceKey } from "./areaKeys.ts";
import type { Commune } from "./commune.ts";
import { createSiteIndex, type SiteIndex } from "./sites.ts";

/** A postal code, département or region: a set of communes. */
export interface CommuneGroup {
  readonly code: string;
  readonly name: string;
  /** Without communes that are divided into arrondissements: those stand in their place. Largest first. */
  readonly communes: readonly Commune[];
  readonly population: number;
}

export interface Departement extends CommuneGroup {
  readonly regionCode: string;
  readonly timeZone: string;
}

/** The table of places: immutable, loaded once. Codes are as officially written ("01004", "2A", "974"). */
export interface Places {
  readonly communes: ReadonlyMap<string, Commune>;
  readonly postalCodes: ReadonlyMap<string, CommuneGroup>;
  readonly departements: ReadonlyMap<string, Departement>;
  readonly regions: ReadonlyMap<string, CommuneGroup>;
  /** Arrondissements by the code of their commune (75056, 69123, 13055). */
  readonly arrondissements: ReadonlyMap<string, readonly Commune[]>;
  /** Which commune's point is nearest. */
  readonly sites: SiteIndex;
}

/**
 * Reads the text of `data/places.tsv` (see its README) into a table. Takes about 100 ms.
 * Throws when a line is malformed: the file is ours.
 */
export function loadPlaces(data: string): Places {
  const rows = Map.groupBy(
    data.split("\n").map((line) => line.split("\t")),
    (row) => row[0],
  );
  const rowsOf = (kind: string) => rows.get(kind) ?? [];
  const departementRows = new Map(rowsOf("D").map((row) => [field(row, 1), row]));
  const communes = new Map<string, Commune>();
  for (const row of rowsOf("C")) {
    const commune = rowToCommune(row, departementRows);
    communes.set(commune.inseeCode, commune);
  }
  const arrondissements = groupBy(communes.values(), (it) =>
    it.parentCode ? [it.parentCode] : [],
  );
  const leaves = [...communes.values()]
    .filter((it) => !arrondissements.has(it.inseeCode))
    .sort((a, b) => b.population - a.population || (a.inseeCode < b.inseeCode ? -1 : 1));
  const byDepartement = groupBy(leaves, (it) => [it.departementCode]);
  const byRegion = groupBy(leaves, (it) => [it.regionCode]);
  return {
    communes,
    arrondissements,
    postalCodes: postalCodeGroups(leaves),
    departements: new Map(
      [...departementRows].map(([code, row]) => [
        code,
        {
          ...toGroup(code, field(row, 2), byDepartement.get(code) ?? []),
          regionCode: field(row, 3),
          timeZone: field(row, 4),
        },
      ]),
    ),
    regions: new Map(
      rowsOf("R").map((row) => {
        const code = field(row, 1);
        return [code, toGroup(code, field(row, 2), byRegion.get(code) ?? [])];
      }),
    ),
    sites: createSiteIndex(
      leaves,
      rowsOf("X").map((row) => ({ lat: numeric(row, 1), lon: numeric(row, 2) })),
    ),
  };
}

function rowToCommune(
  row: readonly string[],
  departements: ReadonlyMap<string, readonly string[]>,
): Commune {
  const inseeCode = field(row, 1);
  const departementCode = field(row, 3);
  const departement = departements.get(departementCode);
  if (departement === undefined) throw new Error(`commune ${inseeCode} of no département`);
  const regionCode = field(departement, 3);
  const postalCodes = field(row, 4) === "" ? [] : field(row, 4).split(",");
  const parentCode = row[9] || null;
  return {
    inseeCode,
    name: field(row, 2),
    postalCodes,
    departementCode,
    regionCode,
    population: numeric(row, 5),
    lat: numeric(row, 6),
    lon: numeric(row, 7),
    approximate: row[8] === "1",
    parentCode,
    timeZone: row[10] || field(departement, 4),
    areaKeys: [
      encodeAreaKey("commune", inseeCode),
      ...(parentCode === null ? [] : [encodeAreaKey("commune", parentCode)]),
      ...postalCodes.map((code) => encodeAreaKey("postalCode", code)),
      encodeAreaKey("departement", departementCode),
      encodeAreaKey("region", regionCode),
      franceKey,
    ],
  };
}

function postalCodeGroups(leaves: readonly Commune[]): ReadonlyMap<string, CommuneGroup> {
  const groups = [...groupBy(leaves, (it) => it.postalCodes)];
  return new Map(groups.map(([code, communes]) => [code, toGroup(code, code, communes)]));
}

/** A commune with several postal codes counts in each with its share of the population. */
function toGroup(code: string, name: string, communes: readonly Commune[]): CommuneGroup {
  const isPostal = communes[0]?.postalCodes.includes(code) ?? false;
  const population = communes.reduce(
    (sum, it) => sum + it.population / (isPostal ? it.postalCodes.length : 1),
    0,
  );
  return { code, name, communes, population: Math.round(population) };
}

function groupBy<T>(items: Iterable<T>, keysOf: (it: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items)
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  return groups;
}

function field(row: readonly string[], index: number): string {
  const value = row[index];
  if (value === undefined) throw new Error(`places: field ${index} is missing in ${row.join(" ")}`);
  return value;
}

function numeric(row: readonly string[], index: number): number {
  const value = Number(field(row, index));
  if (!Number.isFinite(value)) throw new Error(`places: field ${index} of ${row.join(" ")}`);
  return value;
}
