import { type Kysely, sql } from "kysely";
import type { SspFilter, SspWrite, StoredSsp } from "../../campaigns/repository.ts";
import type { Database } from "./database.ts";
import { allOf, type EntityMapping } from "./entityMapping.ts";

export interface SspRow {
  readonly id: number;
  readonly name: string;
  readonly status: StoredSsp["status"];
  readonly seat: string | null;
  readonly key_hash: string | null;
  readonly addresses: readonly string[];
  readonly open_to_browsers: boolean;
  readonly qps_limit: number;
  readonly margin_permille: number;
  readonly currencies: readonly string[];
  readonly deadline_ms: number;
  readonly network_ms: number;
  readonly hold_seconds: number;
  readonly wants_no_bid_reasons: boolean;
  readonly click_macro: StoredSsp["clickMacro"];
  readonly price_macro: string;
  readonly price_encoding: StoredSsp["priceEncoding"];
  readonly price_keys: StoredSsp["priceKeys"];
  readonly shading: StoredSsp["shading"];
  readonly billed_by: StoredSsp["billedBy"];
  readonly sync_url: string | null;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const sspMapping: EntityMapping<SspRow, StoredSsp, SspWrite, SspFilter> = {
  entity: "ssp",
  table: "ssps",
  select: sql<SspRow>`select e.* from ssps e`,
  fieldsToRow: (fields) => ({
    name: fields.name,
    status: fields.status,
    seat: fields.seat,
    key_hash: fields.keyHash,
    addresses: fields.addresses,
    open_to_browsers: fields.openToBrowsers,
    qps_limit: fields.qpsLimit,
    margin_permille: fields.marginPermille,
    currencies: fields.currencies,
    deadline_ms: fields.deadlineMs,
    network_ms: fields.networkMs,
    hold_seconds: fields.holdSeconds,
    wants_no_bid_reasons: fields.wantsNoBidReasons,
    click_macro: fields.clickMacro,
    price_macro: fields.priceMacro,
    price_encoding: fields.priceEncoding,
    price_keys: fields.priceKeys,
    shading: fields.shading,
    billed_by: fields.billedBy,
    sync_url: fields.syncUrl,
  }),
  rowToKept: rowToSsp,
  idOf: ({ sspId }) => sspId,
  where: ({ name, status }) =>
    allOf(
      name === null ? null : sql`e.name = ${name}`,
      status === undefined ? null : sql`e.status = ${status}`,
    ),
  toAudit: ({ keyHash: _hash, priceKeys: _keys, ...ssp }) => ssp,
};

function rowToSsp(row: SspRow): StoredSsp {
  return {
    sspId: row.id,
    name: row.name,
    status: row.status,
    seat: row.seat,
    keyed: row.key_hash !== null,
    keyHash: row.key_hash,
    addresses: row.addresses,
    openToBrowsers: row.open_to_browsers,
    qpsLimit: row.qps_limit,
    marginPermille: row.margin_permille,
    currencies: row.currencies,
    deadlineMs: row.deadline_ms,
    networkMs: row.network_ms,
    holdSeconds: row.hold_seconds,
    wantsNoBidReasons: row.wants_no_bid_reasons,
    clickMacro: row.click_macro,
    priceMacro: row.price_macro,
    priceEncoding: row.price_encoding,
    priceKeys: row.price_keys,
    shading: row.shading,
    billedBy: row.billed_by,
    syncUrl: row.sync_url,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** All SSPs, for the nodes' memory: few, hence read whole. */
export async function loadSsps(db: Kysely<Database>): Promise<readonly StoredSsp[]> {
  const { rows } = await sql<SspRow>`${sspMapping.select} order by e.id`.execute(db);
  return rows.map(rowToSsp);
}
