import { z } from "zod";

/** The answers of `GET /v1/system` and `GET /v1/ssps/NAME/health`: one schema for validators, types and the description. */

const perSecond = z.number().min(0);
const share = z.number().min(0).max(1);
const counted = z.object({ reason: z.string(), count: z.int().min(0) });

const latency = z
  .object({ p50: z.number().min(0), p95: z.number().min(0), p99: z.number().min(0) })
  .nullable()
  .describe("Milliseconds, within a sixth; null = nothing was answered.");

const second = z
  .object({
    at: z.iso.datetime(),
    adsPerSecond: perSecond,
    filledPerSecond: perSecond,
    bidRequestsPerSecond: perSecond,
    bidsPerSecond: perSecond,
    adLatencyMs: latency,
    bidLatencyMs: latency,
  })
  .describe("Rates since the entry before; latencies of the ten seconds until then.");

export const systemReportSchema = z
  .object({
    at: z.iso.datetime(),
    node: z.object({
      name: z.string().describe("Host and process: figures are of this node, unless told."),
      startedAt: z.iso.datetime(),
      memoryBytes: z.int().min(0),
      loopBusyShare: share.describe("Of the last second, how much its thread was busy."),
    }),
    windowSeconds: z
      .number()
      .min(0)
      .describe("What the rates are of: a minute, less after a start."),
    ads: z.object({
      requestsPerSecond: perSecond,
      fillShare: share
        .nullable()
        .describe("Requests with at least one ad; null = there were none."),
      invalidPerSecond: perSecond.describe("Nobody's traffic, and what could not be read."),
      latencyMs: latency,
    }),
    bids: z.object({
      requestsPerSecond: perSecond,
      bidShare: share.nullable(),
      lateShare: share.nullable().describe("Requests whose bid would have come too late."),
      inFlight: z.int().min(0),
      latencyMs: latency,
    }),
    series: z.array(second).describe("The last minute, a second an entry, oldest first."),
    snapshot: z.object({
      ageMs: z.number().min(0).nullable().describe("Since Postgres confirmed it."),
      campaigns: z.int().min(0),
      sites: z.int().min(0),
      modelVersion: z.int().nullable().describe("Scores that serve; null = there are none."),
    }),
    money: z.object({
      held: z
        .object({
          count: z.int().min(0),
          micros: z.int().min(0),
          isEstimated: z.boolean().describe("Summed over a part of them."),
        })
        .nullable()
        .describe("Reservations of the whole system; null = Redis is away."),
      chargedMicrosPerSecond: perSecond.describe("Written to the ledger by this node."),
      unwritten: z.int().min(0).describe("Charges that the ledger does not have yet."),
      oldestUnwrittenMs: z.number().min(0),
      isPaidPaused: z.boolean(),
      closedBuckets: z.int().min(0),
    }),
    events: z.object({
      spoolBytes: z.int().min(0).describe("Wait on this node's disk for a store."),
      spoolLost: z.int().min(0),
    }),
    pacing: z.object({
      isLeading: z.boolean(),
      campaigns: z.int().min(0).describe("0 on nodes that do not lead, as below."),
      throttled: z.int().min(0),
      deviationMean: z.number().min(0),
      throttlesAgeMs: z.number().min(0).nullable(),
    }),
    stores: z.array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      }),
    ),
  })
  .meta({ title: "SystemReport" });

export type SystemReport = Readonly<z.output<typeof systemReportSchema>>;

const sspWindow = z
  .object({
    seconds: z.number().min(0),
    requests: z.int().min(0),
    bids: z.int().min(0),
    won: z.int().min(0),
    billed: z.int().min(0),
    billedMicros: z.int().min(0),
    noBids: z.array(counted).describe("Requests that were looked at, the most frequent first."),
    shed: z.array(counted).describe("Not looked at."),
    refused: z.array(counted).describe("By status."),
    losses: z.array(counted).describe("Of bids, by the group of the SSP's reason."),
    latencyMs: latency,
  })
  .meta({ title: "SspWindow" });

export const sspHealthSchema = z
  .object({
    ssp: z.string(),
    node: z.string(),
    at: z.iso.datetime(),
    qpsLimit: z.int().min(1).describe("A second and node."),
    lastMinute: sspWindow,
    lastHour: sspWindow.describe("Less after a start."),
    minutes: z.array(
      z.object({
        at: z.iso.datetime(),
        requestsPerSecond: perSecond,
        bidsPerSecond: perSecond,
        shedPerSecond: perSecond,
      }),
    ),
  })
  .meta({ title: "SspHealth" });

export type SspHealth = Readonly<z.output<typeof sspHealthSchema>>;
