import { randomBytes } from "node:crypto";
import type { Router } from "express";
import { webhookSecretOf } from "../accounts/webhookSigning.ts";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import type { Config } from "../config.ts";
import { type DeliverWebhooksDeps, deliverWebhooks } from "../jobs/deliverWebhooks.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import { postJson } from "../links/postJson.ts";
import { createResolvesPrivately } from "../links/resolvesPrivately.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Admission } from "../routes/admission.ts";
import { webhooksRouter } from "../routes/webhooks.ts";
import { createAccountStore } from "../stores/postgres/accounts.ts";
import { createEntityRepository } from "../stores/postgres/entityRepository.ts";
import { createWebhookDeliveries } from "../stores/postgres/webhookDeliveries.ts";
import { createWebhookNotices } from "../stores/postgres/webhookNotices.ts";
import { webhookMapping } from "../stores/postgres/webhookRows.ts";
import type { Log } from "./log.ts";
import { describe, type Stores } from "./stores.ts";
import { traceJob, withTrace } from "./tracing.ts";

type Handlers = Pick<Admission, "authenticate" | "authenticateOnly">;

export interface Webhooks {
  readonly router: (handlers: Handlers) => Router;
  /** Looks for what campaigns have to tell; answers how many deliveries were queued. */
  readonly lookOnce: (nowMs: number) => Promise<number>;
  /** Sends what is due; answers how many attempts were made. */
  readonly deliverOnce: () => Promise<number>;
  readonly start: () => readonly Repeating[];
}

const lookupDeadlineMs = 500;
/** A receiver has as long to answer, its name's lookup and connection included. */
const postDeadlineMs = 10_000;
const deliverMs = 1_000;
const lookMs = 10_000;
const pruneMs = 3_600_000;

/** Events for shops' and agencies' own servers: who wants them, what is to be told, and the telling. */
export function composeWebhooks(
  config: Pick<Config, "visitorSecret" | "linkChecks">,
  { db, jobsDb, tracing, clock }: Pick<Stores, "db" | "jobsDb" | "tracing" | "clock">,
  metrics: Metrics,
  log: Log,
): Webhooks {
  const allowLoopback = config.linkChecks === "loopback";
  const outbox = createWebhookDeliveries(jobsDb);
  const notices = createWebhookNotices(jobsDb);
  const attempts = metrics.counter(
    "atelier_webhook_attempts_total",
    "Deliveries of webhooks that were tried, by what became of them",
    ["outcome"],
  );
  const delivering: DeliverWebhooksDeps = {
    outbox,
    masterSecret: config.visitorSecret,
    nowMs: clock.nowMs,
    random: Math.random,
    post: (url, body, headers) =>
      postJson(url, body, withTrace(tracing, headers), {
        deadlineMs: postDeadlineMs,
        allowLoopback,
      }),
    onDelivered: ({ status }) => attempts.add(1, { outcome: status }),
  };
  const lookOnce = (nowMs: number) => notices.look(budgetDayOf(nowMs), nowMs);
  const deliverOnce = () => deliverWebhooks(delivering);
  const onError = (error: unknown): void =>
    log.warn({ error: describe(error) }, "webhooks wait for Postgres");
  return {
    lookOnce,
    deliverOnce,
    router: (handlers) => routerOf(config, { db, clock }, handlers),
    start: () => [
      repeat(traceJob(tracing, "deliver webhooks", deliverOnce), deliverMs, onError),
      repeat(() => lookOnce(clock.nowMs()), lookMs, onError),
      repeat(() => outbox.prune(clock.nowMs()), pruneMs, onError),
    ],
  };
}

function routerOf(
  { visitorSecret, linkChecks }: Pick<Config, "visitorSecret" | "linkChecks">,
  { db, clock }: Pick<Stores, "db" | "clock">,
  { authenticate, authenticateOnly }: Handlers,
): Router {
  const { organizations, ownedAdvertiserIds } = createAccountStore(db);
  const leadsPrivately = createResolvesPrivately({
    deadlineMs: lookupDeadlineMs,
    monotonicMs: () => performance.now(),
  });
  return webhooksRouter({
    authenticate,
    authenticateOnly,
    webhooks: createEntityRepository(db, webhookMapping),
    organizations,
    ownedAdvertiserIds,
    secretOf: (salt) => webhookSecretOf(visitorSecret, salt),
    randomBytes,
    nowMs: clock.nowMs,
    deliveries: createWebhookDeliveries(db),
    async addressProblem(url) {
      const isOwn = /^https?:\/\/(localhost|127\.0\.0\.1)(:|\/|$)/.test(url);
      if (isOwn && linkChecks === "loopback") return null;
      if (!url.startsWith("https://")) return "must be an https:// address";
      return (await leadsPrivately(url)) ? "must not lead to a private or reserved address" : null;
    },
  });
}
