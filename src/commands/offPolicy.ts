import { readFile } from "node:fs/promises";
import {
  type Chances,
  type Estimate,
  estimateOffPolicy,
  greedyPolicy,
  type LoggedChoices,
  type OffPolicyResult,
  type Policy,
  uniformPolicy,
  weightedPolicy,
} from "../audience/offPolicy.ts";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import { lakePlaces } from "../compose/lake.ts";
import { type Environment, parseConfig } from "../config.ts";
import { SetupError } from "../setupError.ts";
import { readEventSchemas } from "../stores/lake/eventSchemas.ts";
import { openLakeStorage } from "../stores/lake/openStorage.ts";
import { openLakeReader } from "../stores/lake/readLake.ts";
import { parseRange } from "./lakeCounts.ts";

const usage =
  "Usage: npm run off-policy -- [--policy uniform|greedy|FILE.json] [--json] [--from YYYY-MM-DD] [--to YYYY-MM-DD]   (FILE.json: weights by creative id)";
const mostFileCharacters = 1_000_000;

/**
 * `off-policy`: what another way of choosing among a campaign's creatives would have brought, by the decisions and clicks in the
 * lake in which chance chose (SNIPS). Throws SetupError with the usage, or for a file that holds no weights.
 */
export async function offPolicy(
  environment: Environment,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const { policyName, isJson, rest } = parseArgs(args);
  const range = parseRange(rest, budgetDayOf(Date.now()));
  const policy = await policyOf(policyName);
  const config = parseConfig(environment, "off-policy");
  const { storage } = openLakeStorage(lakePlaces(config), { nowMs: Date.now });
  const reader = await openLakeReader(storage, await readEventSchemas());
  try {
    const rows = await reader.query(loggedChoices, [range.from, range.to]);
    const result = estimateOffPolicy(rows.map(rowToChoices), policy);
    if (isJson) say(JSON.stringify({ ...range, policy: policyName, result }));
    else for (const line of linesOf(policyName, result)) say(line);
  } finally {
    reader.close();
  }
}

/** Of decisions whose ad was seen: chosen creatives by what they were chosen from, and their clicks. Nobody's traffic is left out. */
const loggedChoices = `
  with ads as (
    select event_id as decision_id, unnest(cast(json_extract(payload, '$.ads') as json[])) as ad
    from ad_decision_v1 where payload like '%"propensity"%'
      and cast(occurred_at as date) between cast($1 as date) - 1 and cast($2 as date)),
  events as (
    select decision_id, slot, max(case when kind = 'impression' then 1 else 0 end) as shown,
      max(case when kind = 'click' then 1 else 0 end) as clicked
    from ad_event_v1 where invalid_traffic is null
      and budget_day between cast($1 as date) and cast($2 as date) group by decision_id, slot)
  select cast(json_extract(ad, '$.campaignId') as bigint) as campaign_id,
    cast(json_extract(ad, '$.creativeId') as bigint) as creative_id,
    cast(json_extract(ad, '$.propensity') as double) as propensity,
    cast(json_extract(ad, '$.choices') as varchar) as choices,
    cast(count(*) as bigint) as impressions, cast(sum(clicked) as bigint) as clicks
  from ads join events on events.decision_id = ads.decision_id
    and events.slot = cast(json_extract(ad, '$.slot') as bigint)
  where shown = 1 and json_extract(ad, '$.propensity') is not null
  group by 1, 2, 3, 4 order by 1, 2, 3, 4`;

function rowToChoices(row: Readonly<Record<string, unknown>>): LoggedChoices {
  return {
    campaignId: Number(row.campaign_id),
    creativeId: Number(row.creative_id),
    propensity: Number(row.propensity),
    choices: JSON.parse(String(row.choices)) as Chances,
    impressions: Number(row.impressions),
    clicks: Number(row.clicks),
  };
}

function parseArgs(args: readonly string[]) {
  const rest = [...args];
  const takeFlag = (name: string): boolean => {
    const at = rest.indexOf(name);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  };
  const isJson = takeFlag("--json");
  const at = rest.indexOf("--policy");
  const policyName = at < 0 ? "greedy" : rest[at + 1];
  if (policyName === undefined) throw new SetupError(usage);
  if (at >= 0) rest.splice(at, 2);
  if (rest.some((one, index) => index % 2 === 0 && one !== "--from" && one !== "--to"))
    throw new SetupError(usage);
  return { isJson, policyName, rest };
}

async function policyOf(name: string): Promise<Policy> {
  if (name === "uniform") return uniformPolicy;
  if (name === "greedy") return greedyPolicy;
  if (!name.endsWith(".json")) throw new SetupError(usage);
  const text = await readFile(name, "utf8").catch(() => {
    throw new SetupError(`${name} cannot be read.`);
  });
  const problem = `${name}: must be an object of weights above 0 by creative id, such as {"12": 1, "13": 3}.`;
  if (text.length > mostFileCharacters) throw new SetupError(problem);
  const weights = parseWeights(text);
  if (weights === null) throw new SetupError(problem);
  return weightedPolicy(weights);
}

function parseWeights(text: string): ReadonlyMap<number, number> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const weights = Object.entries(value).map(([id, weight]) => [Number(id), weight] as const);
    const areSound = weights.every(
      ([id, weight]) => Number.isInteger(id) && id > 0 && typeof weight === "number" && weight > 0,
    );
    return areSound && weights.length > 0 ? new Map(weights as [number, number][]) : null;
  } catch {
    return null;
  }
}

function linesOf(policy: string, result: OffPolicyResult | null): readonly string[] {
  if (result === null)
    return ["No ad was seen in which chance chose what this policy would have chosen."];
  const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
  const told = ({ value, low, high }: Estimate) =>
    `${percent(value)}  (95 %: ${percent(low)} to ${percent(high)})`;
  const isThin = result.effectiveImpressions < 1_000 || Math.abs(result.meanWeight - 1) > 0.1;
  return [
    `${result.impressions} ads were seen in which chance chose one of several creatives.`,
    `clicks per impression, as it was   ${told(result.logged)}`,
    `clicks per impression, "${policy}"   ${told(result.policy)}`,
    `lift                               ${told(result.lift)}`,
    `speaking for it: ${Math.round(result.effectiveImpressions)} impressions; mean weight ${result.meanWeight.toFixed(3)}; cut ${percent(result.clippedShare)}`,
    ...(isThin ? ["Too little was logged that this policy does: do not believe it."] : []),
  ];
}
