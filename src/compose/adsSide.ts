import type { RequestListener } from "node:http";
import type { RequestHandler, Router } from "express";
import type { App } from "../app.ts";
import { createApp } from "../app.ts";
import type { Config } from "../config.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { ExchangeTable } from "../openrtb/exchangeTable.ts";
import { placesRouter } from "../routes/places.ts";
import type { FaultReport } from "../routes/problem.ts";
import type { LoadDoor } from "../serving/loadDoor.ts";
import { createCampaignStore } from "../stores/postgres/campaignStore.ts";
import type { Access } from "./access.ts";
import { composeActivity } from "./activity.ts";
import { composeBidLearning } from "./bidLearning.ts";
import { type Bids, composeBids } from "./bids.ts";
import { type Conversions, composeConversions } from "./conversions.ts";
import { composeExplain } from "./explain.ts";
import type { Jobs } from "./jobs.ts";
import { composeLive } from "./live.ts";
import type { Log } from "./log.ts";
import { startTellingLostEvents } from "./lostEvents.ts";
import { measureAds } from "./measureAnswers.ts";
import { gateOf, openLoadDoor } from "./nodeLoad.ts";
import { composeServing, type Serving, type ServingOptions } from "./serving.ts";
import { composeShownAds, type ShownAds } from "./shownAds.ts";
import type { Stores } from "./stores.ts";

/** What every side is made of. */
export interface SideParts {
  readonly config: Config;
  readonly stores: Stores;
  readonly jobs: Jobs;
  readonly access: Access;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface AdsSideOptions {
  /** More routes for people who try the demo. */
  readonly demoRouters: readonly Router[];
  /** Nobody is there yet: what only a first visitor would wait for is made for that one. */
  readonly isQuickStart?: boolean;
  /** Exchange rates where the operator gives no file; default: the euro only. */
  readonly defaultRates?: (nowMs: number) => ExchangeTable;
}

/** What visitors, publishers and exchanges ask for. */
export interface AdsSide {
  /** The whole application, with routes of the other side and what answers what nobody here knows. */
  readonly appWith: (others: {
    readonly health: Router;
    readonly routers: readonly Router[];
    readonly passOn?: RequestHandler;
    readonly measure: RequestHandler;
    readonly reportFault: (report: FaultReport) => void;
  }) => App;
  /** Stands before all of it: sends away what this node has no time for. */
  readonly gate: (app: RequestListener) => RequestListener;
  readonly load: Pick<LoadDoor, "obey" | "close">;
  /** What runs beside requests, from now on until it is stopped. */
  readonly start: () => readonly Repeating[];
  readonly close: () => Promise<void>;
}

/** Spooled events are tried this often. */
const replayEveryMs = 1_000;

export async function composeAdsSide(
  parts: SideParts,
  { demoRouters, defaultRates, isQuickStart }: AdsSideOptions,
): Promise<AdsSide> {
  const { config, stores, jobs, access, metrics, log } = parts;
  const { publicUrl } = config;
  const shown = composeShownAds(config, stores);
  const { segments } = createCampaignStore(stores.db);
  const { learning, hearing } = composeBidLearning(stores, jobs.state, log);
  const serving = composePages(parts, shown.readShown, {
    hearing,
    // Pixels come once we listen, and by then there are bids.
    onBidShown: (token, nowMs) => bids.notices.shown(token, nowMs),
  });
  const conversions = composeConversions(config, stores, jobs.state, access, log);
  const rates = defaultRates === undefined ? {} : { defaultRates };
  const load = openLoadDoor(config);
  const bidsOptions = { publicUrl, learning, load, ...rates };
  const { shared, answerAds, tracking } = serving;
  const bids = await composeBids(config, stores, jobs.state, shared, bidsOptions, metrics, log);
  const live = composeLive(parts, [stores.spool, conversions, bids.notices]);
  const explain = composeExplain(serving, access, segments.readAll);
  const { routers: ofBids } = bids;
  const activity = composeActivity(config, stores, jobs.state, shared, metrics);
  stores.events.measure(metrics);
  const own = [activity, serving.about, explain, conversions.router, live.router, ...ofBids];
  const places = placesRouter({ places: stores.places, isQuickStart });
  const management = [...own, ...shown.routers, ...demoRouters];
  return {
    appWith: ({ health, routers, ...others }) =>
      createApp({
        answerAds,
        answerBid: bids.answerBid,
        routers: { health, tracking, places, management: [...management, ...routers] },
        trustedProxies: config.trustedProxies,
        ...others,
      }),
    gate: gateOf(load, config, metrics, log),
    load,
    start: () => [
      startReplaying(stores, serving, conversions, bids),
      startTellingLostEvents(stores, serving.recordEvent, metrics, log),
      ...bids.start(),
      live.start(),
    ],
    close: bids.close,
  };
}

/** What pages ask for, counted and timed. */
function composePages(
  { config, stores, jobs, access, metrics, log }: SideParts,
  readShown: ShownAds["readShown"],
  hears: Pick<ServingOptions, "hearing" | "onBidShown">,
): Serving {
  const measured = measureAds(metrics);
  const options: ServingOptions = {
    ...hears,
    publicUrl: config.publicUrl,
    metrics,
    counted: measured.decided,
    mayExplain: access.mayExplain,
    findStoredCreative: (_campaignId, creativeId) => readShown(creativeId),
  };
  const serving = composeServing(config, stores, jobs.state, options, log);
  return { ...serving, answerAds: measured.answered(serving.answerAds) };
}

function startReplaying(
  { spool }: Stores,
  { recordEvent }: Serving,
  conversions: Conversions,
  { notices }: Bids,
): Repeating {
  return repeat(
    async () => {
      // First what was seen: some bills count for that only.
      await Promise.all([spool.replayAll(recordEvent.replay), conversions.replay()]);
      await notices.replay();
    },
    replayEveryMs,
    () => undefined,
  );
}
