/** What a report can be divided by. */
export const reportDimensions = [
  "advertiser",
  "campaign",
  "creative",
  "placement",
  "ssp",
  "hour",
  "day",
  "week",
  "device",
  "category",
  "departement",
  "commune",
  "cell",
] as const;
export type ReportDimension = (typeof reportDimensions)[number];

/** What is counted, and what is worked out of it. */
export const reportMeasures = [
  "requests",
  "impressions",
  "viewable",
  "clicks",
  "conversions",
  "spendMicros",
  "creditedMicros",
  "ctr",
  "viewability",
  "cpmMicros",
  "cpcMicros",
  "reach",
  "frequency",
] as const;
export type ReportMeasure = (typeof reportMeasures)[number];

/** Dimensions that tell where: their parts were fixed when they were published, and are divided no further. */
export const areaDimensions: readonly ReportDimension[] = ["departement", "commune", "cell"];
const withAreas: readonly ReportDimension[] = [
  ...areaDimensions,
  "advertiser",
  "campaign",
  "day",
  "week",
];
const withReach: readonly ReportDimension[] = ["advertiser", "campaign", "day", "week"];
const withRequests: readonly ReportDimension[] = [
  "placement",
  "ssp",
  "hour",
  "day",
  "week",
  "device",
  "category",
];

/** Why these dimensions (of the rows and of the filters) cannot stand together; null = they can. */
export function dimensionProblem(used: readonly ReportDimension[]): string | null {
  const isOfAreas = used.some((one) => areaDimensions.includes(one));
  const finer = used.find((one) => !withAreas.includes(one));
  if (isOfAreas && finer !== undefined)
    return `places are told by ${withAreas.join(", ")} only: with ${finer} they would stand for too few people`;
  return null;
}

/** Whether a measure means something of rows that are made and filtered by these dimensions. */
export function isMeasured(measure: ReportMeasure, used: readonly ReportDimension[]): boolean {
  if (measure === "requests") return used.every((one) => withRequests.includes(one));
  if (measure === "reach" || measure === "frequency")
    return used.every((one) => withReach.includes(one));
  return true;
}

export interface ReportColumn {
  readonly name: string;
  readonly en: string;
  readonly fr: string;
  readonly type: "text" | "integer" | "decimal";
}

const column = (
  name: string,
  type: ReportColumn["type"],
  en: string,
  fr: string,
): ReportColumn => ({ name, type, en, fr });

const columnsOfDimension: Readonly<Record<ReportDimension, readonly ReportColumn[]>> = {
  advertiser: [
    column("advertiserId", "integer", "Advertiser", "Annonceur"),
    column("advertiserName", "text", "Advertiser name", "Nom de l’annonceur"),
  ],
  campaign: [
    column("campaignId", "integer", "Campaign", "Campagne"),
    column("campaignName", "text", "Campaign name", "Nom de la campagne"),
  ],
  creative: [column("creativeId", "integer", "Creative", "Création")],
  placement: [column("placement", "text", "Placement", "Emplacement")],
  ssp: [column("ssp", "text", "SSP", "SSP")],
  hour: [column("hour", "text", "Hour", "Heure")],
  day: [column("day", "text", "Day", "Jour")],
  week: [column("week", "text", "Week from", "Semaine du")],
  device: [column("device", "text", "Device", "Appareil")],
  category: [column("category", "text", "Category", "Catégorie")],
  departement: [column("departement", "text", "Département", "Département")],
  commune: [
    column("departement", "text", "Département", "Département"),
    column("commune", "text", "Commune (INSEE)", "Commune (INSEE)"),
    column("communeName", "text", "Commune name", "Nom de la commune"),
  ],
  cell: [
    column("departement", "text", "Département", "Département"),
    column("commune", "text", "Commune (INSEE)", "Commune (INSEE)"),
    column("cell", "text", "H3 cell", "Cellule H3"),
  ],
};

const columnsOfMeasure: Readonly<Record<ReportMeasure, readonly ReportColumn[]>> = {
  requests: [column("requests", "integer", "Requests", "Demandes")],
  impressions: [column("impressions", "integer", "Impressions", "Impressions")],
  viewable: [column("viewable", "integer", "Viewable impressions", "Impressions visibles")],
  clicks: [column("clicks", "integer", "Clicks", "Clics")],
  conversions: [column("conversions", "integer", "Conversions", "Conversions")],
  spendMicros: [
    column("spendMicros", "integer", "Spend (micros of EUR)", "Dépense (micros d’euro)"),
  ],
  creditedMicros: [
    column("creditedMicros", "integer", "Credited (micros of EUR)", "Avoirs (micros d’euro)"),
  ],
  ctr: [
    column("ctr", "decimal", "CTR", "Taux de clics"),
    column("ctrLow", "decimal", "CTR, lower bound", "Taux de clics, borne basse"),
    column("ctrHigh", "decimal", "CTR, upper bound", "Taux de clics, borne haute"),
  ],
  viewability: [
    column("viewability", "decimal", "Viewability", "Visibilité"),
    column("viewabilityLow", "decimal", "Viewability, lower bound", "Visibilité, borne basse"),
    column("viewabilityHigh", "decimal", "Viewability, upper bound", "Visibilité, borne haute"),
  ],
  cpmMicros: [column("cpmMicros", "integer", "CPM (micros of EUR)", "CPM (micros d’euro)")],
  cpcMicros: [column("cpcMicros", "integer", "CPC (micros of EUR)", "CPC (micros d’euro)")],
  reach: [column("reach", "integer", "People", "Personnes")],
  frequency: [column("frequency", "decimal", "Impressions per person", "Impressions par personne")],
};

/** The columns of a report in their order, each once. */
export function reportColumns(
  dimensions: readonly ReportDimension[],
  measures: readonly ReportMeasure[],
): readonly ReportColumn[] {
  const all = [
    ...dimensions.flatMap((one) => columnsOfDimension[one]),
    ...measures.flatMap((one) => columnsOfMeasure[one]),
  ];
  return [...new Map(all.map((one) => [one.name, one])).values()];
}
