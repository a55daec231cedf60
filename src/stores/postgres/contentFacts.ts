import { sql, type Transaction } from "kysely";
import {
  avoidedCategoriesOf,
  banOf,
  type ContentFacts,
  contentProblems,
  creativeContentProblems,
  flagsOf,
  mentionsOf,
} from "../../campaigns/contentRules/judge.ts";
import { contentRulesVersion } from "../../campaigns/contentRules/rules.ts";
import type { CreativeWrite } from "../../campaigns/creativeState.ts";
import { invalidBody } from "../../campaigns/problems.ts";
import type { CampaignWrite } from "../../campaigns/repository.ts";
import { wordsOf } from "../../campaigns/shownCreative.ts";
import type { Mention } from "../../targeting/mentions.ts";
import type { Database } from "./database.ts";

/** What the rules make of a campaign that is served. */
export interface Law {
  readonly mentions: readonly Mention[];
  readonly avoidedCategories: readonly string[];
  readonly isBanned: boolean;
}

export interface FactsRow {
  readonly trade: string;
  readonly content_categories: readonly string[];
  readonly co2_class: string | null;
  readonly licences: readonly string[];
}

const known = new Map<string, Law>();
const mostKnown = 10_000;

/** What the present rules make of a row: trades are few, so that each is judged once. */
export function lawOf(row: FactsRow): Law {
  const key = `${row.trade}\n${row.content_categories.join()}\n${row.co2_class}\n${row.licences.join()}`;
  const remembered = known.get(key);
  if (remembered !== undefined) return remembered;
  const facts = rowToFacts(row);
  const law = {
    mentions: mentionsOf(facts),
    avoidedCategories: avoidedCategoriesOf(facts),
    isBanned: banOf(facts) !== null,
  };
  if (known.size >= mostKnown) known.clear();
  known.set(key, law);
  return law;
}

export const rowToFacts = (row: FactsRow): ContentFacts => ({
  trade: row.trade,
  contentCategories: row.content_categories,
  co2Class: row.co2_class,
  licences: row.licences,
});

/**
 * Refuses campaigns that the content rules do not allow, within the transaction that writes them: nobody can change the trade
 * meanwhile. Throws PublicError `invalid_body` with every problem of the first one that has any.
 */
export async function refuseForbiddenCampaigns(
  trx: Transaction<Database>,
  campaigns: readonly CampaignWrite[],
): Promise<void> {
  const ids = [...new Set(campaigns.map(({ advertiserId }) => advertiserId))];
  const { rows } = await sql<Pick<FactsRow, "trade" | "licences"> & { readonly id: number }>`
    select id, trade, licences from advertisers where id = any(${ids}::integer[])
    order by id for share`.execute(trx);
  const advertisers = new Map(rows.map((row) => [row.id, row]));
  const slugs = await slugsOf(trx, campaigns);
  for (const campaign of campaigns) {
    const advertiser = advertisers.get(campaign.advertiserId);
    const { contentCategories, co2Class } = campaign;
    const { trade = "", licences = [] } = advertiser ?? {};
    const audience = campaign.audience.map(({ segmentId }) => ({ segment: slugs.get(segmentId) }));
    const facts = { trade, licences, contentCategories, co2Class };
    const problems = contentProblems({ ...campaign, audience }, facts);
    if (problems.length > 0) throw invalidBody(problems);
  }
}

async function slugsOf(
  trx: Transaction<Database>,
  campaigns: readonly CampaignWrite[],
): Promise<ReadonlyMap<number, string>> {
  const ids = campaigns.flatMap(({ audience }) => audience.map(({ segmentId }) => segmentId));
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ readonly id: number; readonly slug: string }>`
    select id, slug from segments where id = any(${[...new Set(ids)]}::integer[])`.execute(trx);
  return new Map(rows.map(({ id, slug }) => [id, slug]));
}

/**
 * Refuses creatives that the rules do not allow and notes which version judged the others, and what their words may be about.
 * Throws PublicError `invalid_body`.
 */
export async function judgeCreatives(
  trx: Transaction<Database>,
  written: readonly { readonly id: number; readonly fields: CreativeWrite }[],
): Promise<void> {
  const facts = await readFacts(
    trx,
    written.map(({ fields }) => fields.campaignId),
  );
  const judged = written.map(({ id, fields }) => {
    const own = facts.get(fields.campaignId) ?? noFacts;
    // What is rejected stays as it is: to stop something must always be possible.
    const isStopped = fields.review?.status === "rejected";
    const problems = isStopped ? [] : creativeContentProblems(fields, own);
    if (problems.length > 0) throw invalidBody(problems);
    return { id, flags: flagsOf(wordsOf(fields), own) };
  });
  await sql`update creatives e set rules_version = ${contentRulesVersion},
      rules_flags = array(select jsonb_array_elements_text(j.flags))
    from jsonb_to_recordset(${JSON.stringify(judged)}::jsonb) as j(id integer, flags jsonb)
    where e.id = j.id`.execute(trx);
}

const noFacts: ContentFacts = { trade: "", contentCategories: [], co2Class: null, licences: [] };

async function readFacts(
  trx: Transaction<Database>,
  campaignIds: readonly number[],
): Promise<ReadonlyMap<number, ContentFacts>> {
  const ids = [...new Set(campaignIds)];
  const { rows } = await sql<FactsRow & { readonly id: number }>`
    select c.id, a.trade, a.licences, c.content_categories, c.co2_class
    from campaigns c join advertisers a on a.id = c.advertiser_id
    where c.id = any(${ids}::integer[])`.execute(trx);
  return new Map(rows.map((row) => [row.id, rowToFacts(row)]));
}
