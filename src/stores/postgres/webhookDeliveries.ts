import { type Kysely, sql } from "kysely";
import type { Delivery, DeliveryFilter } from "../../accounts/webhookSchemas.ts";
import { deliveryLifeMs } from "../../accounts/webhookSigning.ts";
import type { OrderedPage, PageOfItems } from "../../campaigns/repository.ts";
import type { DueDelivery, WebhookOutbox } from "../../jobs/deliverWebhooks.ts";
import { withPublicFaults } from "./faults.ts";
import { cutPage, keysetOf } from "./keyset.ts";

export interface WebhookDeliveries extends WebhookOutbox {
  readonly page: (filter: DeliveryFilter, page: OrderedPage) => Promise<PageOfItems<Delivery>>;
  /** Sends one again, for another day. Null = the webhook has no such delivery. */
  readonly replay: (
    webhookId: number,
    deliveryId: number,
    nowMs: number,
  ) => Promise<Delivery | null>;
  /** Sends an event that tells nothing, to one webhook. */
  readonly test: (webhookId: number, nowMs: number) => Promise<Delivery>;
  /** Forgets deliveries older than 30 days, and events older than 400. */
  readonly prune: (nowMs: number) => Promise<void>;
}

const at = (ms: number) => sql`to_timestamp(${ms / 1_000}::double precision)`;

interface DeliveryRow {
  readonly id: number;
  readonly webhook_id: number;
  readonly event_id: string;
  readonly type: string;
  readonly status: Delivery["status"];
  readonly attempts: number;
  readonly next_at: Date;
  readonly last_attempt_at: Date | null;
  readonly http_status: number | null;
  readonly error: string | null;
  readonly created_at: Date;
}

const rowToDelivery = (row: DeliveryRow): Delivery => ({
  deliveryId: row.id,
  webhookId: row.webhook_id,
  eventId: row.event_id,
  type: row.type,
  status: row.status,
  attempts: row.attempts,
  nextAttemptAt: row.status === "pending" ? row.next_at.toISOString() : null,
  lastAttemptAt: row.last_attempt_at?.toISOString() ?? null,
  httpStatus: row.http_status,
  error: row.error,
  createdAt: row.created_at.toISOString(),
});

/** What is to be sent and what became of it, in Postgres. */
export function createWebhookDeliveries<DB>(db: Kysely<DB>): WebhookDeliveries {
  return {
    takeDue: (nowMs, leaseMs) => takeDue(db, nowMs, leaseMs),
    keep: (due, outcome) => keep(db, due, outcome),
    page: ({ webhookId, status, type }, page) =>
      withPublicFaults(async () => {
        const { after, suffix } = keysetOf(sql`d.id`, page);
        const ofStatus = status === undefined ? sql`` : sql` and d.status = ${status}`;
        const ofType = type === undefined ? sql`` : sql` and e.type = ${type}`;
        const { rows } = await sql<DeliveryRow>`
          select d.*, e.type from webhook_deliveries d join webhook_events e on e.id = d.event_id
          where d.webhook_id = ${webhookId}${ofStatus}${ofType} and ${after} ${suffix}`.execute(db);
        const { items, next } = cutPage(rows, page, ({ id }) => id);
        return { items: items.map(rowToDelivery), next };
      }),
    replay: (webhookId, deliveryId, nowMs) =>
      withPublicFaults(async () => {
        const { rows } = await sql<DeliveryRow>`
          update webhook_deliveries d set status = 'pending', attempts = 0, next_at = ${at(nowMs)},
            gives_up_at = ${at(nowMs + deliveryLifeMs)}, leased_until = null
          from webhook_events e where e.id = d.event_id and d.id = ${deliveryId} and d.webhook_id = ${webhookId}
          returning d.*, e.type`.execute(db);
        return rows[0] === undefined ? null : rowToDelivery(rows[0]);
      }),
    test: (webhookId, nowMs) => withPublicFaults(() => test(db, webhookId, nowMs)),
    async prune(nowMs) {
      const day = 86_400_000;
      await sql`delete from webhook_deliveries where created_at < ${at(nowMs - 30 * day)}`.execute(
        db,
      );
      // What was told once is known for longer: it is not told again.
      await sql`delete from webhook_events where occurred_at < ${at(nowMs - 400 * day)}`.execute(
        db,
      );
    },
  };
}

interface DueRow {
  readonly id: number;
  readonly webhook_id: number;
  readonly attempts: number;
  readonly gives_up_at: Date;
  readonly failing_since: Date | null;
  readonly url: string;
  readonly secret_salt: string;
  readonly previous_salt: string | null;
  readonly previous_ends_at: Date | null;
  readonly event_id: string;
  readonly type: string;
  readonly organization_id: number;
  readonly advertiser_id: number | null;
  readonly campaign_id: number | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurred_at: Date;
}

/** One at a time to each webhook: who is slow holds up nobody else. */
async function takeDue<DB>(
  db: Kysely<DB>,
  nowMs: number,
  leaseMs: number,
): Promise<DueDelivery | null> {
  const { rows } = await sql<DueRow>`
    update webhook_deliveries d set attempts = d.attempts + 1, next_at = ${at(nowMs + leaseMs)},
      leased_until = ${at(nowMs + leaseMs)}, last_attempt_at = ${at(nowMs)}
    from webhooks w, webhook_events e
    where w.id = d.webhook_id and e.id = d.event_id and d.id = (
      select p.id from webhook_deliveries p join webhooks v on v.id = p.webhook_id
      where p.status = 'pending' and p.next_at <= ${at(nowMs)} and v.active and not exists (
        select from webhook_deliveries o where o.webhook_id = p.webhook_id and o.leased_until > ${at(nowMs)})
      order by p.next_at, p.id limit 1 for update of p skip locked)
    returning d.id, d.webhook_id, d.attempts, d.gives_up_at, w.failing_since, w.url, w.secret_salt, w.previous_salt,
      w.previous_ends_at, e.id as event_id, e.type, e.organization_id, e.advertiser_id, e.campaign_id, e.data,
      e.occurred_at`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  const isOldValid = row.previous_ends_at !== null && row.previous_ends_at.getTime() > nowMs;
  return {
    deliveryId: row.id,
    webhookId: row.webhook_id,
    attempt: row.attempts,
    givesUpAtMs: row.gives_up_at.getTime(),
    failingSinceMs: row.failing_since?.getTime() ?? null,
    url: row.url,
    salts: [row.secret_salt, ...(isOldValid && row.previous_salt ? [row.previous_salt] : [])],
    event: {
      id: row.event_id,
      type: row.type,
      occurredAt: row.occurred_at.toISOString(),
      organizationId: row.organization_id,
      advertiserId: row.advertiser_id,
      campaignId: row.campaign_id,
      data: row.data,
    },
  };
}

/** Only for the attempt that was taken: whoever took it again meanwhile keeps what it found. */
function keep<DB>(
  db: Kysely<DB>,
  { deliveryId, webhookId, attempt }: DueDelivery,
  outcome: Parameters<WebhookOutbox["keep"]>[1],
): Promise<void> {
  const { status, httpStatus, error, nextAtMs, failingSinceMs, disabledReason } = outcome;
  return db.transaction().execute(async (trx) => {
    await sql`update webhook_deliveries set status = ${status}, http_status = ${httpStatus}, error = ${error},
        leased_until = null, next_at = coalesce(${nextAtMs === null ? null : at(nextAtMs)}, next_at)
      where id = ${deliveryId} and attempts = ${attempt} and status = 'pending'`.execute(trx);
    await sql`update webhooks set failing_since = ${failingSinceMs === null ? null : at(failingSinceMs)}
      where id = ${webhookId} and active and (failing_since is null) <> ${failingSinceMs === null}`.execute(
      trx,
    );
    if (disabledReason === null) return;
    await sql`update webhooks set active = false, disabled_reason = ${disabledReason}, version = version + 1,
        updated_at = now() where id = ${webhookId} and active`.execute(trx);
  });
}

function test<DB>(db: Kysely<DB>, webhookId: number, nowMs: number): Promise<Delivery> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ readonly id: string }>`
      insert into webhook_events (type, organization_id, advertiser_id, data, occurred_at)
      select 'webhook.test', organization_id, advertiser_id, '{}', ${at(nowMs)} from webhooks where id = ${webhookId}
      returning id`.execute(trx);
    const made = await sql<DeliveryRow>`
      insert into webhook_deliveries (webhook_id, event_id, next_at, gives_up_at, created_at)
      values (${webhookId}, ${rows[0]?.id}, ${at(nowMs)}, ${at(nowMs + deliveryLifeMs)}, ${at(nowMs)})
      returning *, 'webhook.test' as type`.execute(trx);
    const [row] = made.rows;
    if (row === undefined) throw new Error("a test was not queued");
    return rowToDelivery(row);
  });
}
