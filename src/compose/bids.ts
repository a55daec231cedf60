import type { Router } from "express";
import type { Config } from "../config.ts";
import type { Repeating } from "../jobs/repeat.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { ExchangeTable } from "../openrtb/exchangeTable.ts";
import { bidBodyLimitBytes } from "../routes/bidBody.ts";
import {
  type AnswerBidRequest,
  type BidRouteDeps,
  createAnswerBidRequest,
} from "../routes/openrtb.ts";
import type { AnswerBidDeps } from "../serving/answerBid.ts";
import { createBidAdmission } from "../serving/bidAdmission.ts";
import { createBodyRoom } from "../serving/bidBodies.ts";
import type { SharedBidLearning } from "../serving/bidLearning.ts";
import type { FindSsp, FindSspById, Ssp } from "../serving/bidPorts.ts";
import { checkSupply } from "../serving/checkSupply.ts";
import type { LoadDoor } from "../serving/loadDoor.ts";
import { sspOf } from "../serving/sspOf.ts";
import { trackingLifetimeMs } from "../serving/trackingToken.ts";
import { hasInsecureAddress } from "../targeting/creativeContent.ts";
import { openBidFiles } from "./bidFiles.ts";
import { bidReport } from "./bidReport.ts";
import type { Log } from "./log.ts";
import { createTimedAnswerBid } from "./measureAnswers.ts";
import { composeNotices, type Notices } from "./notices.ts";
import type { ServingState, SharedServing } from "./serving.ts";
import { describe, type Stores } from "./stores.ts";
import { composeUserSync } from "./userSync.ts";

export interface Bids {
  readonly answerBid: AnswerBidRequest;
  readonly notices: Notices;
  readonly routers: readonly Router[];
  /** What runs beside requests, from now on until it is stopped. */
  readonly start: () => readonly Repeating[];
  readonly close: () => Promise<void>;
}

export interface BidsOptions {
  readonly publicUrl: string;
  readonly learning: SharedBidLearning;
  /** What the node decides at once, pages included. */
  readonly load: LoadDoor;
  /** Rates where the operator gives no file; absent = the euro only. */
  readonly defaultRates?: (nowMs: number) => ExchangeTable;
}

/** The exchanges' side: bid requests, notices, and what both know. */
export async function composeBids(
  config: Config,
  stores: Stores,
  state: Pick<ServingState, "ssps">,
  shared: SharedServing,
  options: BidsOptions,
  metrics: Metrics,
  log: Log,
): Promise<Bids> {
  const { publicUrl, learning, load, defaultRates } = options;
  const ssps = createSspIndex(state.ssps ?? (() => []), new URL(publicUrl).hostname);
  const { nowMs } = stores.clock;
  const ownRates = defaultRates && (() => defaultRates(nowMs()));
  const { rates, supplyRules, close } = await openBidFiles(config, ownRates, log);
  const notices = composeNotices(
    config,
    stores,
    { publicUrl, findSsp: ssps.byId, rates, learning },
    metrics,
    log,
  );
  const door = openDoor(load);
  const { byName: findSsp } = ssps;
  const sync = composeUserSync(config, stores, { publicUrl, findSsp }, metrics, log);
  const checkRules: AnswerBidDeps["checkSupply"] = (request, ssp) => {
    const rules = supplyRules();
    return rules === null ? null : checkSupply(request, ssp.name, rules);
  };
  return {
    notices,
    routers: [notices.router, sync.router],
    start: () => [notices.startExchanging()],
    answerBid: createAnswerBidRequest({
      findSsp,
      ...door,
      buyerUidOf: sync.buyerUidOf,
      onAnswered: bidReport(metrics, door),
      onFault: (error) => log.error({ error: describe(error) }, "a bid request failed"),
      answerBid: createTimedAnswerBid(
        { metrics, tracing: stores.tracing },
        {
          ...shared,
          rates,
          checkSupply: checkRules,
          learning,
          signNotice: notices.sign,
          visitorOfBid: sync.visitorOfBid,
          emptySampleEvery: 100,
          monotonicMs: () => performance.now(),
          isSecure: !hasInsecureAddress(`${publicUrl}/`),
          options: { publicUrl, tokenLifeMs: trackingLifetimeMs },
        },
      ),
    }),
    close,
  };
}

/** Who is let in, before and while bodies are read. */
function openDoor(load: LoadDoor): Pick<BidRouteDeps, "admission" | "bodies"> {
  return {
    admission: createBidAdmission({ monotonicMs: () => performance.now(), load }),
    bodies: createBodyRoom({ longestBytes: bidBodyLimitBytes }),
  };
}

interface SspIndex {
  readonly byName: FindSsp;
  readonly byId: FindSspById;
}

/** SSPs as serving wants them, made anew when they have changed. */
function createSspIndex(stored: NonNullable<ServingState["ssps"]>, domain: string): SspIndex {
  let seen: ReturnType<typeof stored> = [];
  let byName = new Map<string, Ssp>();
  let byId = new Map<number, Ssp>();
  const look = (): void => {
    const now = stored();
    if (now === seen) return;
    const ssps = now.map((one) => sspOf(one, domain));
    seen = now;
    byName = new Map(ssps.map((ssp) => [ssp.name, ssp]));
    byId = new Map(ssps.map((ssp) => [ssp.sspId, ssp]));
  };
  return {
    byName(name) {
      look();
      return byName.get(name) ?? null;
    },
    byId(sspId) {
      look();
      return byId.get(sspId) ?? null;
    },
  };
}
