import type { KindName } from "./kinds.ts";

/** What is measured, before any of it is started. Pure. */
export interface PlannedRow {
  readonly name: string;
  readonly server: ServerPlan;
  readonly kind: KindName;
  /** The row that this one is a share of. */
  readonly against: string | null;
}

export type ServerPlan =
  | { readonly is: "bare"; readonly flavour: BareFlavour; readonly answers: KindName }
  | { readonly is: "atelier"; readonly campaigns: number; readonly skew: string }
  | { readonly is: "compared"; readonly way: ComparedWay };

export type BareFlavour = "node:http" | "Express" | "Express, GET" | "Express, own reader, GET";
export type ComparedWay = "PostGIS" | "GEOSEARCH" | "linear scan";

/** Campaigns stand where people live. */
export const usualSkew = "over France";
/** The number of campaigns at which nearly all is compared. */
export const usualCount = 100_000;
const counts = [1_000, 10_000, usualCount, 1_000_000];
const million = 1_000_000;
const comparedWays: readonly ComparedWay[] = ["PostGIS", "GEOSEARCH", "linear scan"];
/** What each skew is worst for. */
const skewKinds: readonly (readonly [string, KindName])[] = [
  ["all in Paris", "fill in Paris"],
  ["one category has half", "fill in one category"],
  ["a tenth are national", "fill"],
  ["caps everywhere", "fill"],
];
const othersAtUsual: readonly KindName[] = [
  "fill 4",
  "no-fill 4",
  "no consent",
  "consent string",
  "no hold",
  "bids",
  "no bids",
  "pixels",
  "places",
  "forecasts",
];

/** What a team would write without thinking of speed; everything is a share of it. */
export const idiomaticRow = (kind: KindName) => `Express, parser, one GET, for ${kind}`;
export const atelierRow = (kind: KindName, campaigns = usualCount, skew = usualSkew) =>
  `Atelier, ${campaigns} campaigns${skew === usualSkew ? "" : ` (${skew})`}, ${kind}`;
export const comparedRow = (way: ComparedWay, kind: KindName) => `${way}, ${kind}`;
export const millionRow = (kind: KindName) => atelierRow(kind, million);

/** Every row, a bare one before those that are shares of it. */
export function planRows(): readonly PlannedRow[] {
  return [
    ...(["no-fill", "fill"] as const).flatMap((kind) => [
      ...bareRows(kind),
      ...counts.map((campaigns) => atelier(kind, campaigns, usualSkew)),
    ]),
    ...othersAtUsual.flatMap((kind) => [
      bare("Express, GET", kind),
      atelier(kind, usualCount, usualSkew),
    ]),
    ...skewKinds.flatMap(([skew, kind]) => [
      ...(kind === "fill" ? [] : [bare("Express, GET", kind)]),
      atelier(kind, usualCount, skew),
    ]),
    ...comparedWays.flatMap((way) =>
      (["fill", "no-fill"] as const).map((kind) => ({
        name: comparedRow(way, kind),
        server: { is: "compared", way } as const,
        kind,
        against: atelierRow(kind),
      })),
    ),
  ];
}

function bareRows(kind: KindName): readonly PlannedRow[] {
  const flavours = ["node:http", "Express", "Express, GET", "Express, own reader, GET"] as const;
  return flavours.map((flavour) => bare(flavour, kind));
}

function bare(flavour: BareFlavour, kind: KindName): PlannedRow {
  const isMeasure = flavour === "Express, GET";
  return {
    name: isMeasure ? idiomaticRow(kind) : `${flavour}, for ${kind}`,
    server: { is: "bare", flavour, answers: kind },
    kind,
    against: isMeasure ? null : idiomaticRow(kind),
  };
}

function atelier(kind: KindName, campaigns: number, skew: string): PlannedRow {
  return {
    name: atelierRow(kind, campaigns, skew),
    server: { is: "atelier", campaigns, skew },
    kind,
    against: idiomaticRow(kind),
  };
}

export interface RowChoice {
  /** Rows whose name holds one of these texts; empty = all. */
  readonly only: readonly string[];
  /** Empty = all. */
  readonly kinds: readonly KindName[];
  /** Worlds of more campaigns are left out; absent = none is. */
  readonly mostCampaigns?: number;
}

/** The rows that were asked for, and those that they are shares of, in the order of the plan. */
export function chooseRows(
  rows: readonly PlannedRow[],
  { only, kinds, mostCampaigns = Number.POSITIVE_INFINITY }: RowChoice,
): readonly PlannedRow[] {
  const chosen = rows.filter(
    ({ name, kind, server }) =>
      (server.is !== "atelier" || server.campaigns <= mostCampaigns) &&
      (only.length === 0 || only.some((text) => name.includes(text))) &&
      (kinds.length === 0 || kinds.includes(kind)),
  );
  const names = new Set(chosen.map(({ name }) => name));
  const byName = new Map(rows.map((row) => [row.name, row]));
  for (const { against } of chosen) {
    // A share of a share: what it is a share of is a share of something too.
    for (let base = against; base !== null; base = byName.get(base)?.against ?? null)
      names.add(base);
  }
  return rows.filter(({ name }) => names.has(name));
}

/** What tells two servers apart. */
export function serverKey(server: ServerPlan): string {
  return JSON.stringify(server);
}

export interface Timing {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** How long a run takes, seconds: rounds, warming up, and starting what must be started. */
export function expectedSeconds(
  rows: readonly PlannedRow[],
  { rounds, seconds, warmUpSeconds }: Timing,
): number {
  const servers = new Map(rows.map(({ server }) => [serverKey(server), server]));
  const starting = [...servers.values()].reduce((sum, server) => sum + startSeconds(server), 0);
  // Between two rounds wrk reads its lines, and the machine is calibrated.
  const pauseSeconds = 0.4;
  const each = warmUpSeconds + pauseSeconds + rounds * (seconds + pauseSeconds);
  return Math.round(starting + rows.length * each);
}

/** Roughly, on two cores of 2026. */
function startSeconds(server: ServerPlan): number {
  if (server.is === "bare") return 0.5;
  if (server.is === "compared") return server.way === "PostGIS" ? 30 : 10;
  return 4 + (6 * server.campaigns) / 100_000;
}
