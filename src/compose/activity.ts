import type { Router } from "express";
import type { Config } from "../config.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { activityRouter } from "../routes/activity.ts";
import { callerAddress } from "../routes/callerAddress.ts";
import { type ActivityCounts, createCollectActivity } from "../serving/collectActivity.ts";
import { createRecentIds } from "../serving/recentIds.ts";
import type { ServingState, SharedServing } from "./serving.ts";
import type { Stores } from "./stores.ts";

/** What visitors do on pages, as sites tell it: to the stream, and to who makes profiles of it. */
export function composeActivity(
  config: Config,
  { events, clock }: Pick<Stores, "events" | "clock">,
  state: Pick<ServingState, "sites" | "hearConsent" | "hearActivity">,
  shared: SharedServing,
  metrics: Metrics,
): Router {
  const { readConsent, locator, locateAddress, visitorKeyOf, screenCaller } = shared;
  const { hearConsent, hearActivity = [] } = state;
  return activityRouter({
    collectActivity: createCollectActivity({
      readConsent,
      locator,
      locateAddress,
      visitorKeyOf,
      accountKeyOf: visitorKeyOf,
      recentIds: createRecentIds(),
      emit: events.emit,
      hearActivity,
      ...(hearConsent === undefined ? {} : { hearConsent }),
      count: countActivity(metrics),
    }),
    findSite: (key) => state.sites().site(key),
    sitePolicy: {
      requireSiteKey: config.requireSiteKey,
      requireSignedVisitors: config.requireSignedVisitors,
    },
    screenCaller,
    addressOf: (request) => callerAddress(request, config.trustedProxies),
    requestsPerMinute: config.activityRequestsPerMinute,
    nowMs: clock.nowMs,
    monotonicMs: () => performance.now(),
  });
}

function countActivity(metrics: Metrics): (counts: ActivityCounts) => void {
  const events = metrics.counter(
    "atelier_activity_events_total",
    "Events of pages: accepted, or known already.",
    ["outcome"],
  );
  const unprofiled = metrics.counter(
    "atelier_activity_unprofiled_total",
    "Of those accepted, the ones that make nobody's profile, and why.",
    ["reason"],
  );
  return ({ accepted, duplicates, unprofiled: reasons }) => {
    if (accepted > 0) events.add(accepted, { outcome: "accepted" });
    if (duplicates > 0) events.add(duplicates, { outcome: "duplicate" });
    for (const [reason, amount] of Object.entries(reasons)) unprofiled.add(amount, { reason });
  };
}
