import type { RuleCondition, RuleSegment, SegmentDefinition } from "./definition.ts";

/**
 * The statement that finds the members of an audience that follows a rule, as of `$1`: `visitor_key` of those who fit, from
 * `visitor_activity`. In the subset of SQL that DuckDB, Postgres and Redshift share. Null = its members are learnt.
 * What is written into it was checked by the definition's schema: categories, codes and whole numbers.
 */
export function membersSql(definition: SegmentDefinition): string | null {
  if (definition.kind === "sql")
    return `select distinct visitor_key from (${definition.sql}) as members where visitor_key is not null`;
  return definition.kind === "rule" ? ruleSql(definition) : null;
}

function ruleSql({ anyOf }: RuleSegment): string {
  const groups = anyOf.map(({ allOf, noneOf }) => {
    const all = allOf.map((condition) => `${countSql(condition)} >= ${condition.atLeast}`);
    const none = noneOf.map((condition) => `${countSql(condition)} < ${condition.atLeast}`);
    return `(${[...all, ...none].join(" and ")})`;
  });
  return `select visitor_key from visitor_activity
    where occurred_at < cast($1 as timestamp) and occurred_at >= cast($1 as timestamp) - interval '400 days'
    group by visitor_key having ${groups.join(" or ")}`;
}

function countSql(condition: RuleCondition): string {
  const { kind, category, departement, minPriceMicros, maxPriceMicros, days } = condition;
  const tests = [
    `occurred_at >= cast($1 as timestamp) - interval '${days} days'`,
    ...(kind === undefined ? [] : [`kind = '${kind}'`]),
    ...(category === undefined ? [] : [belowSql("category", category)]),
    ...(departement === undefined
      ? []
      : [`substring(insee_code, 1, ${departement.length}) = '${departement}'`]),
    ...(minPriceMicros === undefined ? [] : [`price_micros >= ${minPriceMicros}`]),
    ...(maxPriceMicros === undefined ? [] : [`price_micros <= ${maxPriceMicros}`]),
  ];
  return `sum(case when ${tests.join(" and ")} then 1 else 0 end)`;
}

/** A path or what is below it; not by LIKE, to which "_" is any letter. */
function belowSql(column: string, path: string): string {
  return `(${column} = '${path}' or substring(${column}, 1, ${path.length + 1}) = '${path}/')`;
}
