import { fewestPeople } from "./hyperLogLog.ts";

/** What is counted of ads; micros of a euro. */
export interface AdCounts {
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly spendMicros: number;
  readonly creditedMicros: number;
}

/** Where something was seen. "" = not known, or not told; a cell has a commune, a commune a département. */
export interface ReportedPlace {
  readonly departement: string;
  readonly commune: string;
  readonly cell: string;
}

/** What one campaign had at one place on one day and has not been published. */
export interface WaitingArea extends ReportedPlace {
  readonly day: string;
  readonly counts: AdCounts;
  /** Registers of people: different ones are different people. At most {@link fewestPeople} are listed. */
  readonly people: readonly number[];
}

/** A part of a campaign's days that stands for at least {@link fewestPeople} people and shares nothing with any other part. */
export interface AreaPart extends ReportedPlace {
  readonly rows: readonly WaitingArea[];
}

export interface Partition {
  readonly parts: readonly AreaPart[];
  /** What is in no part: nothing, or {@link fewestPeople} people at least where there are parts. */
  readonly rest: readonly WaitingArea[];
}

/**
 * Divides what waits into parts that may be told. Every part has at least 50 people, and so has what is left over, which
 * anybody can compute by subtracting the parts from the campaign's total; parts never overlap, neither these nor any made
 * before of other rows. So whatever two reports are subtracted from each other, what remains is a sum of parts.
 *
 * A cell with too few people waits with the rest of its commune; told `isLast` (its week is over), a commune with too few
 * goes up into the rest of its département. What is still too few is not placed at all. All rows are of one campaign.
 */
export function partitionAreas(waiting: readonly WaitingArea[], isLast: boolean): Partition {
  const cells = split(
    waiting.filter(({ cell }) => cell !== ""),
    ({ departement, commune, cell }) => ({ departement, commune, cell }),
  );
  const inCommunes = waiting.filter(({ commune, cell }) => commune !== "" && cell === "");
  const communes = split([...inCommunes, ...cells.rest], ({ departement, commune }) => ({
    departement,
    commune,
    cell: "",
  }));
  const inDepartements = waiting.filter((it) => it.departement !== "" && it.commune === "");
  const departements = split(
    [...inDepartements, ...communes.rest],
    ({ departement }) => ({ departement, commune: "", cell: "" }),
    isLast,
  );
  const nowhere = waiting.filter(({ departement }) => departement === "");
  const parts = [...cells.parts, ...communes.parts, ...departements.parts];
  return keepRestLarge(parts, [...nowhere, ...departements.rest]);
}

/** Groups rows; groups of too few people (or all, when it is too early) stay in the rest. */
function split(
  rows: readonly WaitingArea[],
  placeOf: (row: WaitingArea) => ReportedPlace,
  mayTell = true,
): Partition {
  const groups = Map.groupBy(rows, (row) => Object.values(placeOf(row)).join("/"));
  const parts: AreaPart[] = [];
  const rest: WaitingArea[] = [];
  for (const group of groups.values()) {
    if (mayTell && areEnough(group)) parts.push({ ...placeOf(group[0]!), rows: group });
    else rest.push(...group);
  }
  return { parts, rest };
}

function areEnough(rows: readonly WaitingArea[]): boolean {
  const people = new Set<number>();
  for (const row of rows) for (const register of row.people) people.add(register);
  return people.size >= fewestPeople;
}

/** A rest of few people would be told by subtraction: the smallest parts join it until it is large enough. */
function keepRestLarge(parts: readonly AreaPart[], rest: readonly WaitingArea[]): Partition {
  const kept = parts.toSorted((a, b) => weightOf(b) - weightOf(a));
  const left = [...rest];
  while (left.length > 0 && !areEnough(left)) {
    const smallest = kept.pop();
    if (smallest === undefined) break;
    left.push(...smallest.rows);
  }
  return { parts: kept, rest: left };
}

function weightOf({ rows }: AreaPart): number {
  return rows.reduce((sum, { counts }) => sum + counts.impressions, 0);
}

export const noCounts: AdCounts = {
  impressions: 0,
  viewables: 0,
  clicks: 0,
  conversions: 0,
  spendMicros: 0,
  creditedMicros: 0,
};

export function addAdCounts(a: AdCounts, b: AdCounts): AdCounts {
  return {
    impressions: a.impressions + b.impressions,
    viewables: a.viewables + b.viewables,
    clicks: a.clicks + b.clicks,
    conversions: a.conversions + b.conversions,
    spendMicros: a.spendMicros + b.spendMicros,
    creditedMicros: a.creditedMicros + b.creditedMicros,
  };
}
