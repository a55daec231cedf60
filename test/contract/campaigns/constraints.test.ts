import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bannerSizes } from "../../../src/campaigns/limits.ts";
import {
  type OpenStore,
  openCampaignStore,
  saveCampaign,
  testActor,
} from "../../support/campaignStore.ts";

let opened: OpenStore;
let campaignId = 0;
let advertiserId = 0;

beforeAll(async () => {
  opened = await openCampaignStore();
  ({ campaignId, advertiserId } = await saveCampaign(opened.store));
  await opened.store.segments.insert({ slug: "achat-auto", name: "Achat auto" }, testActor);
  await sql`insert into sites (name, public_key, signing_secret) values ('S', 'site_12345', ${"s".repeat(32)})`.execute(
    opened.db,
  );
  await sql`insert into placements (site_id, code, formats) values (1, 'top', '{native}')`.execute(
    opened.db,
  );
  await sql`insert into campaign_segments (campaign_id, position, segment_id, min_score) values (${campaignId}, 1, 1, 0.5)`.execute(
    opened.db,
  );
  await sql`insert into api_keys (organization_id, key_hash, role, label)
    values (1, ${"a".repeat(64)}, 'admin', 'A')`.execute(opened.db);
  await sql`insert into users (organization_id, email, name, role) values (1, 'a@b.fr', 'A', 'admin')`.execute(
    opened.db,
  );
  await sql`insert into sessions (user_id, token_hash, ends_at) values (1, ${"a".repeat(64)}, now())`.execute(
    opened.db,
  );
  await sql`insert into login_attempts (subject, attempts, began_at) values (${"a".repeat(64)}, 1, now())`.execute(
    opened.db,
  );
});
afterAll(() => opened.close());

const noText = "title = null, body_text = null, call_to_action = null, image_url = null";

/** table, what a hand sets in its only row, the constraint that must refuse it. */
const violations: readonly (readonly [string, string, string])[] = [
  ["advertisers", "id = 0", "advertisers_id_positive"],
  ["advertisers", "name = ''", "advertisers_name_length"],
  ["advertisers", "name = ' x'", "advertisers_name_length"],
  ["advertisers", "payer_name = repeat('x', 101)", "advertisers_payer_name_length"],
  ["advertisers", "trade = repeat('x', 61)", "advertisers_trade_length"],
  ["advertisers", "balance_micros = -1", "advertisers_balance_range"],
  ["advertisers", "version = 0", "advertisers_version_positive"],
  ["segments", "slug = 'Achat Auto'", "segments_slug_shape"],
  ["segments", "name = ''", "segments_name_length"],
  ["segments", "id = -1", "segments_id_positive"],
  ["segments", "version = 0", "segments_version_positive"],
  ["api_keys", "role = 'root'", "api_keys_role"],
  ["api_keys", "key_hash = 'secret'", "api_keys_hash_shape"],
  ["api_keys", "label = ''", "api_keys_label_length"],
  ["api_keys", "role = 'manager', advertiser_ids = '{}'", "api_keys_advertisers"],
  ["api_keys", "advertiser_ids = '{1}'", "api_keys_advertisers"],
  ["api_keys", "scopes = '{}'", "api_keys_scopes"],
  ["api_keys", "previous_key_hash = 'x', previous_ends_at = now()", "api_keys_previous_shape"],
  ["api_keys", "previous_ends_at = now()", "api_keys_previous_whole"],
  ["api_keys", "version = 0", "api_keys_version_positive"],
  ["organizations", "id = 0, kind = 'shop'", "organizations_id_positive"],
  ["organizations", "name = ''", "organizations_name_length"],
  ["organizations", "id = 2, kind = 'bank'", "organizations_kind"],
  ["organizations", "kind = 'agency'", "organizations_operator_is_first"],
  ["organizations", "active = false", "organizations_operator_is_active"],
  ["organizations", "version = 0", "organizations_version_positive"],
  ["users", "id = 0", "users_id_positive"],
  ["users", "email = 'A@b.fr'", "users_email_shape"],
  ["users", "email = 'a b@c.fr'", "users_email_shape"],
  ["users", "name = ' '", "users_name_length"],
  ["users", "role = 'root'", "users_role"],
  ["users", "password_hash = 'azerty'", "users_password_shape"],
  ["users", "invitation_hash = 'x', invitation_ends_at = now()", "users_invitation_shape"],
  ["users", "invitation_ends_at = now()", "users_invitation_whole"],
  ["users", "version = 0", "users_version_positive"],
  ["sessions", "token_hash = 'x'", "sessions_token_shape"],
  ["login_attempts", "subject = 'a@b.fr'", "login_attempts_subject_shape"],
  ["login_attempts", "attempts = 0", "login_attempts_positive"],
  ["campaigns", "id = 0", "campaigns_id_positive"],
  ["campaigns", "name = repeat('x', 101)", "campaigns_name_length"],
  ["campaigns", "status = 'deleted'", "campaigns_status"],
  ["campaigns", "starts_on = '1999-01-01'", "campaigns_dates"],
  ["campaigns", "ends_on = starts_on - 1", "campaigns_dates"],
  [
    "campaigns",
    `dayparts = '[{"weekdays": [8], "fromHour": 1, "toHour": 2}]'`,
    "campaigns_dayparts",
  ],
  [
    "campaigns",
    `dayparts = '[{"weekdays": [1], "fromHour": 2, "toHour": 2}]'`,
    "campaigns_dayparts",
  ],
  ["campaigns", `dayparts = '[{"weekdays": [1], "fromHour": 2}]'`, "campaigns_dayparts"],
  ["campaigns", "dayparts = '{}'", "campaigns_dayparts"],
  ["campaigns", "pricing = 'cpa'", "campaigns_pricing"],
  ["campaigns", "bid_micros = 0", "campaigns_bid_range"],
  ["campaigns", "bid_micros = 1000001000", "campaigns_bid_range"],
  ["campaigns", "bid_micros = 5000001", "campaigns_cpm_bid_thousands"],
  ["campaigns", "pricing = 'vcpm', bid_micros = 5000001", "campaigns_cpm_bid_thousands"],
  ["campaigns", "pricing = 'vcpm', bid_micros = 1000001000", "campaigns_bid_range"],
  [
    "campaigns",
    "pricing = 'cpc', bid_micros = 100000001, daily_budget_micros = 900000000",
    "campaigns_bid_range",
  ],
  [
    "campaigns",
    "total_budget_micros = 9999, daily_budget_micros = null",
    "campaigns_total_budget_range",
  ],
  ["campaigns", "daily_budget_micros = 1000000000001", "campaigns_daily_budget_range"],
  ["campaigns", "total_budget_micros = daily_budget_micros - 1", "campaigns_total_covers_daily"],
  ["campaigns", "daily_budget_micros = null", "campaigns_budget_needed"],
  [
    "campaigns",
    "pricing = 'cpc', bid_micros = daily_budget_micros + 1",
    "campaigns_budget_covers_one_charge",
  ],
  ["campaigns", "pacing = 'slow'", "campaigns_pacing"],
  ["campaigns", "priority = 'vip'", "campaigns_priority"],
  [
    "campaigns",
    `frequency_caps = '[{"per": "visitor", "maxImpressions": 1, "windowSeconds": 60}]'`,
    "campaigns_frequency_caps",
  ],
  [
    "campaigns",
    `frequency_caps = '[{"per": "campaign", "maxImpressions": 0, "windowSeconds": 60}]'`,
    "campaigns_frequency_caps",
  ],
  [
    "campaigns",
    `frequency_caps = '[{"per": "campaign", "maxImpressions": 1, "windowSeconds": 2592001}]'`,
    "campaigns_frequency_caps",
  ],
  [
    "campaigns",
    `frequency_caps = '[{"per": "campaign", "maxImpressions": 1}]'`,
    "campaigns_frequency_caps",
  ],
  [
    "campaigns",
    `frequency_caps = '[{"per": "campaign", "maxImpressions": 1, "window": "session"}]'`,
    "campaigns_frequency_caps",
  ],
  [
    "campaigns",
    `frequency_caps = '[{"per": "campaign", "maxImpressions": 1, "window": "page_view", "windowSeconds": 60}]'`,
    "campaigns_frequency_caps",
  ],
  ["campaigns", "frequency_caps = '[1,2,3,4,5,6]'", "campaigns_frequency_caps"],
  ["campaigns", "place_intention = 'was_here'", "campaigns_place_intention"],
  ["campaigns", `zone = '{"include": [], "exclude": []}'`, "campaigns_zone"],
  ["campaigns", "zone = '[]'", "campaigns_zone"],
  ["campaigns", "compiled_zone = '{}'", "campaigns_compiled_zone"],
  ["campaigns", "wanted_categories = array_fill('a'::text, '{51}')", "campaigns_categories"],
  ["campaigns", "avoided_keywords = array[repeat('x', 51)]", "campaigns_keywords"],
  ["campaigns", "wanted_keywords = array[null]::text[]", "campaigns_keywords"],
  ["campaigns", "devices = '{fridge}'", "campaigns_devices"],
  ["campaigns", "click_rate = 0.03", "campaigns_click_rates"],
  ["campaigns", "click_rate_upper = 1.1", "campaigns_click_rates"],
  ["campaigns", "view_rate = 1.1", "campaigns_view_rate"],
  ["campaigns", "view_rate = -0.1", "campaigns_view_rate"],
  ["campaigns", `deals = '{}'`, "campaigns_deals"],
  ["campaigns", `deals = '[{"ssp": "demo"}]'`, "campaigns_deals"],
  ["campaigns", `deals = '[{"ssp": "De Mo", "id": "1"}]'`, "campaigns_deals"],
  ["campaigns", `deals = '[{"ssp": "demo", "id": 1}]'`, "campaigns_deals"],
  ["campaigns", `deals = '[{"ssp": "demo", "id": " 1"}]'`, "campaigns_deals"],
  ["campaigns", `deals = '[{"ssp": "demo", "id": "1", "floor": 2}]'`, "campaigns_deals"],
  [
    "campaigns",
    `deals = '[{"ssp": "demo", "id": "1"}, {"ssp": "demo", "id": "1"}]'`,
    "campaigns_deals",
  ],
  [
    "campaigns",
    `deals = (select jsonb_agg(jsonb_build_object('ssp', 'demo', 'id', n::text)) from generate_series(1, 21) n)`,
    "campaigns_deals",
  ],
  ["campaigns", "version = 0", "campaigns_version_positive"],
  ["campaigns", "advertiser_id = 999999", "campaigns_advertiser_id_fkey"],
  ["campaign_segments", "position = 11", "campaign_segments_position"],
  ["campaign_segments", "min_score = 1.1", "campaign_segments_min_score"],
  ["campaign_segments", "multiplier = 0.5", "campaign_segments_multiplier"],
  ["campaign_segments", "min_score = null", "campaign_segments_effect"],
  ["campaign_segments", "segment_id = 999999", "campaign_segments_segment_id_fkey"],
  ["campaigns", "suspended_at = now(), suspended_reason = ''", "campaigns_suspension"],
  ["advertisers", "suspended_reason = 'x'", "advertisers_suspension"],
  ["creatives", "suspended_at = now()", "creatives_suspension"],
  ["campaigns", "content_categories = '{Alcohol}'", "campaigns_content_categories"],
  ["campaigns", "co2_class = 'H'", "campaigns_co2_class"],
  ["campaigns", "creative_rotation = 'odd'", "campaigns_creative_rotation"],
  ["advertisers", "licences = '{NULL}'", "advertisers_licences"],
  ["advertisers", "paid_in_micros = -1", "advertisers_paid_in_range"],
  ["advertisers", "balance_micros = 1, paid_in_micros = 2", "advertisers_credit_limit"],
  ["creatives", "rules_version = -1", "creatives_rules_version"],
  ["creatives", "rules_flags = '{X}'", "creatives_rules_flags"],
  ["creatives", "weight = 101", "creatives_weight"],
  ["creatives", "learnt_share = 1.5", "creatives_learnt_share"],
  ["creatives", "review_status = 'maybe'", "creatives_review_status"],
  ["creatives", "review_status = 'rejected'", "creatives_rejection_has_reasons"],
  ["creatives", "review_status = 'rejected', review_reasons = '{X}'", "creatives_review_reasons"],
  ["creatives", "review_note = repeat('x', 501)", "creatives_review_note_length"],
  ["creatives", "reviewed_by = ''", "creatives_reviewed_by_length"],
  ["creatives", "approved_shown = '[]'", "creatives_approved_shown"],
  [
    "creatives",
    `format = 'html', html = 'x', width = 300, height = 250, media_id = 1, ${noText}`,
    "creatives_media_is_picture",
  ],
  ["creatives", "id = 0", "creatives_id_positive"],
  [
    "creatives",
    `format = 'video', html = 'x', width = 300, height = 250, ${noText}`,
    "creatives_format",
  ],
  ["creatives", "landing_url = 'http://a.fr'", "creatives_landing_url"],
  ["creatives", "landing_url = 'https://a.fr/x y'", "creatives_landing_url"],
  ["creatives", "image_url = 'javascript:alert(1)'", "creatives_image_url"],
  ["creatives", "width = 300", "creatives_size"],
  [
    "creatives",
    `format = 'html', html = 'x', width = 301, height = 250, ${noText}`,
    "creatives_size",
  ],
  ["creatives", "title = repeat('x', 46)", "creatives_title_length"],
  ["creatives", "body_text = repeat('x', 131)", "creatives_text_length"],
  ["creatives", "call_to_action = repeat('x', 31)", "creatives_call_to_action_length"],
  ["creatives", "alt = repeat('x', 151)", "creatives_alt_length"],
  [
    "creatives",
    `format = 'html', html = repeat('é', 25601), width = 300, height = 250, ${noText}`,
    "creatives_html_length",
  ],
  ["creatives", "title = null", "creatives_content"],
  ["creatives", "html = 'x'", "creatives_content"],
  ["creatives", "image_width = 300", "creatives_image_size"],
  ["creatives", "image_width = 300, image_height = 10001", "creatives_image_size"],
  ["creatives", "icon_side = 80", "creatives_icon"],
  ["creatives", "icon_side = 0, icon_url = 'https://a.fr/i.png'", "creatives_icon"],
  ["creatives", "icon_side = 80, icon_url = 'http://a.fr/i.png'", "creatives_icon"],
  [
    "creatives",
    `format = 'html', html = 'x', width = 300, height = 250, image_width = 3, image_height = 3, ${noText}`,
    "creatives_facts_of_native",
  ],
  ["creatives", "attributes = '{19}'", "creatives_attributes"],
  ["creatives", "attributes = '{0}'", "creatives_attributes"],
  ["creatives", "attributes = '{1,NULL}'", "creatives_attributes"],
  ["creatives", "version = 0", "creatives_version_positive"],
  ["creatives", "click_context = 0", "creatives_click_context"],
  ["campaigns", "click_context = 101", "campaigns_click_context"],
  ["campaigns", "click_ceiling = 3.5", "campaigns_click_ceiling"],
  ["segments", "categories = array_fill('a'::text, array[51])", "segments_categories_count"],
  ["sites", "id = 0", "sites_id_positive"],
  ["sites", "name = ''", "sites_name_length"],
  ["sites", "public_key = 'a b'", "sites_public_key_shape"],
  ["sites", "signing_secret = 'short'", "sites_signing_secret_length"],
  ["sites", "allowed_origins = array[' ']", "sites_allowed_origins"],
  ["sites", "version = 0", "sites_version_positive"],
  ["placements", "id = 0", "placements_id_positive"],
  ["placements", "code = 'a b'", "placements_code_shape"],
  ["placements", "formats = '{}'", "placements_formats"],
  ["placements", "formats = '{video}'", "placements_formats"],
  ["placements", "sizes = '[[300]]'", "placements_sizes"],
  ["placements", "sizes = '[[0, 250]]'", "placements_sizes"],
  ["placements", "floor_micros = -1", "placements_floor_range"],
  ["placements", "blocked_advertiser_ids = '{0}'", "placements_blocked_advertisers"],
  ["placements", "blocked_trades = array['']", "placements_blocked_trades"],
  ["placements", "allowed_categories = array[repeat('x', 101)]", "placements_allowed_categories"],
  ["placements", "version = 0", "placements_version_positive"],
];

describe("the database itself refuses", () => {
  it.each(violations)("update %s set %s", async (table, assignment, constraint) => {
    const update = sql`update ${sql.table(table)} set ${sql.raw(assignment)}`.execute(opened.db);
    await expect(update).rejects.toMatchObject({ constraint });
  });

  it("every rule that a test above does not break is not a check at all", async () => {
    const { rows } = await sql<{ readonly conname: string }>`
      select conname from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace
        and conrelid::regclass::text in ('advertisers', 'segments', 'api_keys', 'campaigns', 'campaign_segments',
          'creatives', 'sites', 'placements', 'organizations', 'users', 'sessions', 'login_attempts')`.execute(
      opened.db,
    );
    const broken = new Set(violations.map(([, , constraint]) => constraint));
    expect(rows.map((row) => row.conname).filter((name) => !broken.has(name))).toEqual([]);
    expect(rows.length).toBeGreaterThan(60);
  });

  it("rewriting the audit log", async () => {
    for (const statement of [
      "update audit_log set actor_label = 'x'",
      "delete from audit_log",
      "truncate audit_log",
    ]) {
      await expect(sql.raw(statement).execute(opened.db)).rejects.toThrow(
        "audit_log is append-only",
      );
    }
  });

  it("removing an advertiser that has campaigns", async () => {
    const removal = sql`delete from advertisers where id = ${advertiserId}`.execute(opened.db);
    await expect(removal).rejects.toMatchObject({ constraint: "campaigns_advertiser_id_fkey" });
  });

  it("no size that the schema accepts", async () => {
    for (const [width, height] of bannerSizes) {
      await sql`insert into creatives (campaign_id, format, landing_url, width, height, html)
        values (${campaignId}, 'html', 'https://a.example.fr/', ${width}, ${height}, 'x')`.execute(
        opened.db,
      );
    }
  });
});
