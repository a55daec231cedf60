import { randomBytes } from "node:crypto";
import type { Router } from "express";
import { createVisitorKeyOf } from "../audience/visitorKey.ts";
import type { Config } from "../config.ts";
import { createConsentReader } from "../consent/consentOf.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { userSyncRouter } from "../routes/userSync.ts";
import type { FindSsp, Ssp, VisitorOfBid } from "../serving/bidPorts.ts";
import {
  buyerUidKeyFrom,
  openBuyerUid,
  sealVisitorId,
  visitorIdLeftMs,
} from "../serving/buyerUid.ts";
import { createLinkedVisitors } from "../serving/linkedVisitors.ts";
import { planSync } from "../serving/userSync.ts";
import { createVisitorOfBid, linkNameOf } from "../serving/visitorOfBid.ts";
import { createVisitorLinks } from "../stores/redis/visitorLinks.ts";
import type { Log } from "./log.ts";
import { describe, type Stores } from "./stores.ts";

export interface UserSync {
  readonly router: Router;
  readonly visitorOfBid: VisitorOfBid;
  /** What an SSP would keep of the visitor id in our cookie; null = it is none of ours, or its time is over. */
  readonly buyerUidOf: (cookie: string, ssp: Ssp) => string | null;
}

/** Links of SSPs that never sync again are forgotten after this; each sync renews its own. */
const linkLifeMs = 90 * 24 * 3_600_000;
/** No SSP has this id: what is sealed for our own store. */
const ownStore = 0;

/** Who the visitors of SSPs are: the sync that tells them our id and us theirs, and bid requests that bring one. */
export function composeUserSync(
  config: Config,
  stores: Pick<Stores, "redis"> & { readonly clock: Pick<Stores["clock"], "nowMs"> },
  { publicUrl, findSsp }: { readonly publicUrl: string; readonly findSsp: FindSsp },
  metrics: Metrics,
  log: Log,
): UserSync {
  const key = buyerUidKeyFrom(config.visitorSecret);
  const { nowMs } = stores.clock;
  const links = createVisitorLinks({
    redis: stores.redis,
    keyOf: createVisitorKeyOf(config.visitorSecret),
    seal: (visitorId) => sealVisitorId(visitorId, ownStore, key),
    open: (sealed) => openBuyerUid(sealed, ownStore, key),
  });
  const readConsent = createConsentReader({ vendorId: config.tcfVendorId, role: "vendor" });
  const onError = (error: unknown) => log.debug({ error: describe(error) }, "link not kept");
  const syncs = metrics.counter(
    "atelier_user_syncs_total",
    "User syncs, by SSP and outcome; unsigned_uid = an id of the SSP that it had not signed, besides",
    ["ssp", "outcome"],
  );
  return {
    buyerUidOf: (cookie, { sspId }) =>
      visitorIdLeftMs(cookie, nowMs()) > 0 ? sealVisitorId(cookie, sspId, key) : null,
    router: userSyncRouter({
      findSsp,
      plan: (ask, ssp, atMs) =>
        planSync(ask, ssp, atMs, { readConsent, key, random: () => randomBytes(16) }),
      link: (ssp: Ssp, uid, visitorId, atMs) => {
        const lifeMs = Math.min(linkLifeMs, visitorIdLeftMs(visitorId, atMs));
        return links.save(linkNameOf(ssp, uid), visitorId, lifeMs).catch(onError);
      },
      unlink: (ssp, uid) => links.remove(linkNameOf(ssp, uid)).catch(onError),
      onSync: (ssp, outcome) => syncs.add(1, { ssp: ssp.name, outcome }),
      now: nowMs,
    }),
    visitorOfBid: createVisitorOfBid({
      key,
      ownSource: new URL(publicUrl).hostname,
      findLinked: createLinkedVisitors({ read: links.read, nowMs }).find,
      nowMs,
    }),
  };
}
