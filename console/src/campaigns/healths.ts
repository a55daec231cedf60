import type { HealthById } from "./arrange.ts";
import type { Health } from "./rows.ts";

/** What was worked out a moment ago knows the reasons better than what was stored an hour ago; so long it counts. */
const workedOutCountsMs = 10 * 60_000;

/** What is known of campaigns, with news of some of them. Figures are always the newer ones. Pure. */
export function withHealth(known: HealthById, news: readonly Health[], nowMs: number): HealthById {
  const next = new Map(known);
  for (const health of news)
    next.set(health.campaignId, merged(known.get(health.campaignId), health, nowMs));
  return next;
}

function merged(known: Health | undefined, fresh: Health, nowMs: number): Health {
  if (known === undefined || known.diagnosedAt === null) return fresh;
  if (known.rest !== null || fresh.rest !== null) return fresh;
  const isOlder = fresh.diagnosedAt === null || fresh.diagnosedAt < known.diagnosedAt;
  if (!isOlder || nowMs - Date.parse(known.diagnosedAt) > workedOutCountsMs) return fresh;
  const { status, reason, lever, diagnosedAt, fr, en } = known;
  return { ...fresh, status, reason, lever, diagnosedAt, fr, en };
}

/** Parts of a list, as many as one call takes. Pure. */
export function partsOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const parts: (readonly Item[])[] = [];
  for (let from = 0; from < items.length; from += size) parts.push(items.slice(from, from + size));
  return parts;
}
