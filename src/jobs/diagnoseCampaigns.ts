import { budgetDayBounds, budgetDayOf } from "../budgets/budgetDay.ts";
import type { TrafficCurve } from "../budgets/pacing/trafficCurve.ts";
import { type Counts, createCounts } from "../reports/counters.ts";
import { diagnose } from "../reports/diagnose.ts";
import type { DeliveryFacts, Diagnosis } from "../reports/diagnosisTypes.ts";
import { everyCampaign } from "../reports/redecide.ts";
import type { DeliveryRow, DiagnosisStore } from "../stores/postgres/diagnosisStore.ts";
import type { FunnelStore } from "../stores/postgres/funnelStore.ts";
import type { ServableCampaign } from "../targeting/types.ts";

export interface DiagnoseDeps {
  readonly store: DiagnosisStore;
  readonly funnel: Pick<FunnelStore, "sum">;
  /** The week's traffic where a campaign shows. */
  readonly curveOf: (campaign: ServableCampaign) => TrafficCurve;
  /** People in a campaign's zone with its circles so much larger. */
  readonly peopleWithin: (campaign: ServableCampaign, byMeters: number) => number;
}

export interface DiagnoseCampaigns {
  /** One campaign as it is now; null = nobody serves it (any more). Rejects when Postgres is away. */
  readonly one: (campaignId: number, nowMs: number) => Promise<DiagnosedCampaign | null>;
  /** Several at once, at most 500, with a few questions for all of them together; those that nobody serves are absent. */
  readonly some: (
    campaignIds: readonly number[],
    nowMs: number,
  ) => Promise<readonly DiagnosedCampaign[]>;
  /** Every active campaign: keeps what was found of those that lag. Answers how many were looked at, and how many lag. */
  readonly all: (nowMs: number) => Promise<DiagnosedAll>;
  /** `all`, once an hour among all nodes, from the third hour of the day on; null = it is not this node's turn. */
  readonly ifDue: (nowMs: number) => Promise<DiagnosedAll | null>;
}

export interface DiagnosedCampaign {
  readonly campaign: ServableCampaign;
  readonly facts: DeliveryFacts;
  readonly diagnosis: Diagnosis;
}

export interface DiagnosedAll {
  readonly campaigns: number;
  readonly lagging: number;
}

const hourMs = 3_600_000;
const firstHour = 3;
/** Diagnoses at a stretch, before requests have their turn. */
const perStretch = 10;

export function createDiagnoseCampaigns(deps: DiagnoseDeps): DiagnoseCampaigns {
  const all = async (nowMs: number): Promise<DiagnosedAll> => {
    let [campaigns, lagging, afterId] = [0, 0, 0];
    for (;;) {
      const page = await deps.store.activeCampaigns(afterId, nowMs);
      if (page.length === 0) return { campaigns, lagging };
      const diagnosed = (await diagnosePage(deps, page, nowMs)).map(
        ({ campaign: { campaignId }, diagnosis }) => ({ campaignId, diagnosis }),
      );
      await deps.store.save(diagnosed, nowMs);
      campaigns += page.length;
      lagging += diagnosed.filter(({ diagnosis }) => diagnosis.reasons.length > 0).length;
      afterId = page.at(-1)?.campaignId ?? Infinity;
    }
  };
  const some: DiagnoseCampaigns["some"] = async (campaignIds, nowMs) =>
    diagnosePage(deps, await deps.store.campaigns(campaignIds, nowMs), nowMs);
  return {
    one: async (campaignId, nowMs) => (await some([campaignId], nowMs))[0] ?? null,
    some,
    all,
    async ifDue(nowMs) {
      const { startMs } = budgetDayBounds(budgetDayOf(nowMs));
      const hour = Math.floor((nowMs - startMs) / hourMs);
      const slotMs = startMs + hour * hourMs;
      if (hour < firstHour || !(await deps.store.claimRun(slotMs, nowMs))) return null;
      const done = await all(nowMs);
      await deps.store.finishRun(slotMs, nowMs);
      return done;
    },
  };
}

async function diagnosePage(
  deps: DiagnoseDeps,
  page: readonly ServableCampaign[],
  nowMs: number,
): Promise<readonly DiagnosedCampaign[]> {
  const diagnosed: DiagnosedCampaign[] = [];
  for (const facts of await factsOf(deps, page, nowMs)) {
    diagnosed.push({ campaign: facts.campaign, facts, diagnosis: diagnose(facts) });
    if (diagnosed.length % perStretch === 0) await new Promise(setImmediate);
  }
  return diagnosed;
}

async function factsOf(
  deps: DiagnoseDeps,
  campaigns: readonly ServableCampaign[],
  nowMs: number,
): Promise<readonly DeliveryFacts[]> {
  const day = budgetDayOf(nowMs);
  const { startMs } = budgetDayBounds(day);
  const ids = campaigns.map(({ campaignId }) => campaignId);
  if (ids.length === 0) return [];
  const deliveries = await deps.store.deliveryOf(ids, day);
  const counts = await deps.funnel.sum([everyCampaign, ...ids], startMs, nowMs);
  const requests = counts.get(everyCampaign) ?? createCounts();
  const facts: DeliveryFacts[] = [];
  const changed = new Map<number, number>();
  for (const campaign of campaigns) {
    const delivery = deliveries.get(campaign.campaignId);
    if (delivery === undefined) continue;
    const { sinceMs, isFresh } = sinceOf(campaign, delivery, startMs, nowMs);
    if (isFresh) changed.set(campaign.campaignId, sinceMs);
    facts.push({
      campaign,
      nowMs,
      sinceMs,
      curve: deps.curveOf(campaign),
      spentBeforeMicros: delivery.spentBeforeMicros,
      spentTodayMicros: delivery.spentTodayMicros,
      events: delivery.events,
      counts: counts.get(campaign.campaignId) ?? null,
      requests,
      peopleWithin: (byMeters: number) => deps.peopleWithin(campaign, byMeters),
    });
  }
  return sinceTheirChanges(deps, facts, changed, day);
}

/**
 * What a campaign did before it was changed says nothing of what it does now. Of one that was created today everything
 * is since; of a changed one (`isFresh`), what the hours after the change say.
 */
function sinceOf(
  { startsAtMs }: ServableCampaign,
  { createdAtMs, changedAtMs }: DeliveryRow,
  startMs: number,
  nowMs: number,
): { readonly sinceMs: number; readonly isFresh: boolean } {
  const sinceMs = Math.max(startMs, startsAtMs);
  if (changedAtMs <= sinceMs || changedAtMs > nowMs) return { sinceMs, isFresh: false };
  if (changedAtMs - createdAtMs < settlingMs) return { sinceMs: createdAtMs, isFresh: false };
  return { sinceMs: Math.ceil(changedAtMs / hourMs) * hourMs, isFresh: true };
}

/** The counts of changed campaigns are read anew: those that were changed in the same hour with one question. */
async function sinceTheirChanges(
  { funnel, store }: DiagnoseDeps,
  facts: readonly DeliveryFacts[],
  changed: ReadonlyMap<number, number>,
  day: string,
): Promise<readonly DeliveryFacts[]> {
  const anew = new Map<number, Partial<DeliveryFacts>>();
  for (const sinceMs of new Set(changed.values())) {
    const ids = [...changed.keys()].filter((id) => changed.get(id) === sinceMs);
    const untilMs = Math.max(sinceMs, facts[0]?.nowMs ?? sinceMs);
    const fresh = await funnel.sum([everyCampaign, ...ids], sinceMs, untilMs);
    const events = await store.eventsSince(ids, day, sinceMs);
    const requests = fresh.get(everyCampaign) ?? noRequests;
    for (const id of ids)
      anew.set(id, {
        events: events.get(id) ?? noEvents,
        counts: fresh.get(id) ?? null,
        requests,
      });
  }
  return facts.map((one) => ({ ...one, ...anew.get(one.campaign.campaignId) }));
}

/** Who sets a campaign up saves it more than once. */
const settlingMs = 15 * 60_000;
const noRequests: Counts = createCounts();
const noEvents = { impressions: 0, viewables: 0, clicks: 0 };
