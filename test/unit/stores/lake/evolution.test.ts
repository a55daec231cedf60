import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { readEventSchemas } from "../../../../src/stores/lake/eventSchemas.ts";
import {
  evolutionProblem,
  type LakeColumn,
  type LakeTable,
  tableOf,
} from "../../../../src/stores/lake/lakeTable.ts";
import { createEventReader } from "../../../../src/stores/lake/readEvent.ts";

/**
 * What was once published, by schema: columns of the lake, and the fields that an event must have. Lines are only ever
 * added, and only for schemas that are new; a column that is new to a schema is added to its line once it is published.
 */
const published = {
  "ad_decision.v1": [
    "event_id VARCHAR, occurred_at TIMESTAMP, payload VARCHAR, told_by VARCHAR",
    "",
  ],
  "ad_event.v1": [
    "event_id VARCHAR, occurred_at TIMESTAMP, kind VARCHAR, decision_id VARCHAR, slot BIGINT, campaign_id BIGINT, creative_id BIGINT, advertiser_id BIGINT, placement_id VARCHAR, pricing VARCHAR, budget_day DATE, charged_micros BIGINT, uncharged_reason VARCHAR, invalid_traffic VARCHAR, extra VARCHAR, told_by VARCHAR",
    "kind decisionId slot campaignId creativeId advertiserId placementId pricing budgetDay chargedMicros unchargedReason invalidTraffic",
  ],
  "bid_decision.v1": [
    "event_id VARCHAR, occurred_at TIMESTAMP, payload VARCHAR, told_by VARCHAR",
    "",
  ],
  "bid_notice.v1": [
    "event_id VARCHAR, occurred_at TIMESTAMP, kind VARCHAR, ssp VARCHAR, decision_id VARCHAR, slot BIGINT, campaign_id BIGINT, creative_id BIGINT, advertiser_id BIGINT, bid_micros BIGINT, currency VARCHAR, clearing_micros BIGINT, min_to_win_micros BIGINT, loss_reason BIGINT, market_bid_ratio DOUBLE PRECISION, impression_at_ms DOUBLE PRECISION, cost_micros BIGINT, extra VARCHAR, told_by VARCHAR",
    "kind ssp decisionId slot campaignId creativeId advertiserId bidMicros currency clearingMicros minToWinMicros lossReason costMicros",
  ],
  "conversion.v1": [
    "event_id VARCHAR, occurred_at TIMESTAMP, advertiser_id BIGINT, campaign_id BIGINT, creative_id BIGINT, placement_id VARCHAR, decision_id VARCHAR, slot BIGINT, budget_day DATE, value_micros BIGINT, label VARCHAR, source VARCHAR, attributed_by VARCHAR, lag_seconds BIGINT, extra VARCHAR, told_by VARCHAR",
    "advertiserId campaignId creativeId placementId decisionId slot budgetDay valueMicros label source attributedBy lagSeconds",
  ],
  "identity_link.v1": [
    "event_id VARCHAR, occurred_at TIMESTAMP, kind VARCHAR, visitor_key VARCHAR, account_key VARCHAR, extra VARCHAR, told_by VARCHAR",
    "kind visitorKey",
  ],
  "page_activity.v1": [
    "event_id VARCHAR, occurred_at TIMESTAMP, kind VARCHAR, visitor_key VARCHAR, account_key VARCHAR, category VARCHAR, item_id VARCHAR, price_micros BIGINT, insee_code VARCHAR, cell VARCHAR, site_key VARCHAR, consent_basis VARCHAR, extra VARCHAR, told_by VARCHAR",
    "kind",
  ],
} as const satisfies Readonly<Record<string, readonly [columns: string, required: string]>>;

/** The least and the fullest event that version 1 of page activity has ever allowed. */
const activities = [
  { kind: "page_view" },
  ...["page_view", "search", "listing_view", "contact", "deposit"].map((kind) => ({
    kind,
    visitorKey: "AAAAAAAAAAAAAAAAAAAAAA",
    accountKey: "BBBBBBBBBBBBBBBBBBBBBB",
    category: "vehicules/voitures",
    itemId: "annonce-1",
    priceMicros: 12_900_000_000,
    inseeCode: "2A004",
    cell: "871fb4662ffffff",
    siteKey: "atelier-demo",
    consentBasis: "tc_string",
  })),
];

const schemas = await readEventSchemas();
const schemaOf = (id: string) => schemas.find(({ $id }) => $id === id)!;

describe("what was published of the events", () => {
  it("still stands: no schema, column or type is lost, and no field is asked for that was not", () => {
    for (const [id, [columns, required]] of Object.entries(published)) {
      const schema = schemaOf(id);
      expect(evolutionProblem(columnsOf(columns), tableOf(schema)), id).toBeNull();
      const payload = schema.properties.payload as { readonly required?: readonly string[] };
      expect(payload.required ?? [], id).toEqual(required === "" ? [] : required.split(" "));
    }
    expect(Object.keys(published)).toEqual(schemas.map(({ $id }) => $id).sort());
  });

  it("holds for events of pages, the least and the fullest", () => {
    const schema = schemaOf("page_activity.v1");
    const validate = new Ajv().compile(schema);
    const read = createEventReader(schema, tableOf(schema));
    for (const payload of activities) {
      const line = {
        schema: "page_activity.v1",
        eventId: "6f0e6cf6-6f5e-4d0a-9d43-51bb76d1f001",
        occurredAt: "2026-06-01T12:00:00.000Z",
        payload,
      };
      expect(validate(line), JSON.stringify(validate.errors)).toBe(true);
      expect(read(JSON.stringify(line))).toMatchObject({ problem: null, row: { extra: null } });
    }
  });
});

function columnsOf(text: string): readonly LakeColumn[] {
  return text.split(", ").map((column) => {
    const [name = "", ...type] = column.split(" ");
    return { name, type: type.join(" ") as LakeTable["columns"][number]["type"] };
  });
}
