import { budgetDayBounds, budgetDayOf } from "../budgets/budgetDay.ts";
import type { TrafficCurve } from "../budgets/pacing/trafficCurve.ts";
import { type Counts, createCounts } from "../reports/counters.ts";
import { diagnose } from "../reports/diagnose.ts";
import type { DeliveryFacts, Diagnosis } from "../reports/diagnosisTypes.ts";
import { everyCampaign } from "../reports/redecide.ts";
import type { DeliveryRow, Diagnosed, DiagnosisStore } from "../stores/postgres/diagnosisStore.ts";
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
      const diagnosed = await diagnosePage(deps, page, nowMs);
      await deps.store.save(diagnosed, nowMs);
      campaigns += page.length;
      lagging += diagnosed.filter(({ diagnosis }) => diagnosis.reasons.length > 0).length;
      afterId = page.at(-1)?.campaignId ?? Infinity;
    }
  };
  return {
    async one(campaignId, nowMs) {
      const campaign = await deps.store.campaign(campaignId, nowMs);
      if (campaign === null) return null;
      const [facts] = await factsOf(deps, [campaign], nowMs);
      return facts === undefined ? null : { campaign, facts, diagnosis: diagnose(facts) };
    },
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
): Promise<readonly Diagnosed[]> {
  const diagnosed: Diagnosed[] = [];
  for (const facts of await factsOf(deps, page, nowMs)) {
    diagnosed.push({ campaignId: facts.campaign.campaignId, diagnosis: diagnose(facts) });
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
  const deliveries = await deps.store.deliveryOf(ids, day);
  const counts = await deps.funnel.sum([everyCampaign, ...ids], startMs, nowMs);
  const requests = counts.get(everyCampaign) ?? createCounts();
  const facts: DeliveryFacts[] = [];
  for (const campaign of campaigns) {
    const delivery = deliveries.get(campaign.campaignId);
    if (delivery === undefined) continue;
    const ofDay = {
      campaign,
      nowMs,
      sinceMs: Math.max(startMs, campaign.startsAtMs),
      curve: deps.curveOf(campaign),
      spentBeforeMicros: delivery.spentBeforeMicros,
      spentTodayMicros: delivery.spentTodayMicros,
      events: delivery.events,
      counts: counts.get(campaign.campaignId) ?? null,
      requests,
      peopleWithin: (byMeters: number) => deps.peopleWithin(campaign, byMeters),
    };
    const isOfToday = delivery.changedAtMs > ofDay.sinceMs && delivery.changedAtMs <= nowMs;
    facts.push(isOfToday ? await sinceItsChange(deps, ofDay, delivery) : ofDay);
  }
  return facts;
}

/**
 * What a campaign did before it was changed says nothing of what it does now. Of one that was created today everything
 * is since; of a changed one, what the hours after the change say.
 */
async function sinceItsChange(
  deps: DiagnoseDeps,
  ofDay: DeliveryFacts,
  { createdAtMs, changedAtMs }: DeliveryRow,
): Promise<DeliveryFacts> {
  const { campaign, nowMs } = ofDay;
  const isNew = changedAtMs - createdAtMs < settlingMs;
  const sinceMs = isNew ? createdAtMs : Math.ceil(changedAtMs / hourMs) * hourMs;
  if (isNew) return { ...ofDay, sinceMs };
  const { campaignId } = campaign;
  const fresh = await deps.funnel.sum(
    [everyCampaign, campaignId],
    sinceMs,
    Math.max(sinceMs, nowMs),
  );
  return {
    ...ofDay,
    sinceMs,
    events: await deps.store.eventsSince(campaignId, budgetDayOf(nowMs), sinceMs),
    counts: fresh.get(campaignId) ?? null,
    requests: fresh.get(everyCampaign) ?? noRequests,
  };
}

/** Who sets a campaign up saves it more than once. */
const settlingMs = 15 * 60_000;
const noRequests: Counts = createCounts();
