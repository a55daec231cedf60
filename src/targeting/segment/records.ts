import type { CreativeView, ServableCampaign } from "../types.ts";

/** What of a campaign is only read for winners: texts, budgets, creatives. */
export interface CampaignRecord {
  readonly name: string;
  readonly advertiserName: string;
  readonly payerName: string;
  readonly zoneLabel: string;
  readonly zoneApproximate: boolean;
  readonly totalBudgetMicros: number | null;
  readonly dailyBudgetMicros: number | null;
  readonly balanceMicros: number | null;
  readonly creatives: readonly CreativeView[];
}

/** All records as UTF-8 JSON in one blob, so that the garbage collector has nothing to walk. */
export interface Records {
  /** Record i is bytes[starts[i] … starts[i + 1] − 1]. */
  readonly starts: Float64Array;
  readonly bytes: Uint8Array;
  /** The last records read, oldest first: a bounded memo. */
  readonly recent: Map<number, CampaignRecord>;
}

const rememberedRecords = 1_024;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

export function packRecords(campaigns: readonly ServableCampaign[]): Records {
  const starts = new Float64Array(campaigns.length + 1);
  let bytes = new Uint8Array(Math.max(1_024, campaigns.length * 512));
  let used = 0;
  campaigns.forEach((campaign, position) => {
    const json = JSON.stringify(packed(campaign));
    if (bytes.length - used < json.length * 3) bytes = enlarge(bytes, used, json.length * 3);
    used += encoder.encodeInto(json, bytes.subarray(used)).written;
    starts[position + 1] = used;
  });
  return { starts, bytes: bytes.slice(0, used), recent: new Map() };
}

/** Reads the record of campaign `position`. The last 1,024 that were read are remembered. */
export function readRecord(records: Records, position: number): CampaignRecord {
  const known = records.recent.get(position);
  if (known !== undefined) return known;
  const { starts, bytes, recent } = records;
  const json = decoder.decode(bytes.subarray(starts[position], starts[position + 1]));
  const record = unpacked(JSON.parse(json) as PackedRecord);
  if (recent.size >= rememberedRecords) {
    for (const oldest of recent.keys()) {
      recent.delete(oldest);
      break;
    }
  }
  recent.set(position, record);
  return record;
}

function enlarge(bytes: Uint8Array, used: number, room: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2 + room);
  larger.set(bytes.subarray(0, used));
  return larger;
}

/** A tuple instead of an object: a hundred thousand times nine property names would be 15 MB. */
type PackedRecord = readonly [
  name: string,
  advertiserName: string,
  /** null = the advertiser itself. */
  payerName: string | null,
  zoneLabel: string,
  zoneApproximate: 0 | 1,
  totalBudgetMicros: number | null,
  dailyBudgetMicros: number | null,
  balanceMicros: number | null,
  creatives: readonly CreativeView[],
];

function packed(campaign: ServableCampaign): PackedRecord {
  return [
    campaign.name,
    campaign.advertiserName,
    campaign.payerName === campaign.advertiserName ? null : campaign.payerName,
    campaign.zone.label,
    campaign.zone.approximate ? 1 : 0,
    campaign.totalBudgetMicros,
    campaign.dailyBudgetMicros,
    campaign.balanceMicros,
    campaign.creatives,
  ];
}

function unpacked(record: PackedRecord): CampaignRecord {
  return {
    name: record[0],
    advertiserName: record[1],
    payerName: record[2] ?? record[1],
    zoneLabel: record[3],
    zoneApproximate: record[4] === 1,
    totalBudgetMicros: record[5],
    dailyBudgetMicros: record[6],
    balanceMicros: record[7],
    creatives: record[8],
  };
}
