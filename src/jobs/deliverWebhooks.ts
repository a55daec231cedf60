import {
  longestFailureMs,
  retryDelayMs,
  signDelivery,
  webhookSecretOf,
} from "../accounts/webhookSigning.ts";
import type { PostOutcome } from "../links/postJson.ts";

export interface DueDelivery {
  readonly deliveryId: number;
  readonly webhookId: number;
  /** 1 for the first; names who took it. */
  readonly attempt: number;
  readonly givesUpAtMs: number;
  /** Since when the webhook has had no success; null = it works. */
  readonly failingSinceMs: number | null;
  readonly url: string;
  /** Of the secrets that count. */
  readonly salts: readonly string[];
  readonly event: Readonly<Record<string, unknown>> & {
    readonly id: string;
    readonly type: string;
  };
}

export interface DeliveryOutcome {
  readonly status: "pending" | "delivered" | "failed";
  readonly httpStatus: number | null;
  readonly error: string | null;
  readonly nextAtMs: number | null;
  readonly failingSinceMs: number | null;
  readonly disabledReason: "failing" | "gone" | null;
}

/** Each rejects when Postgres is away. */
export interface WebhookOutbox {
  /** Takes one that is due, so that for `leaseMs` nobody else does; null = there is none. */
  readonly takeDue: (nowMs: number, leaseMs: number) => Promise<DueDelivery | null>;
  readonly keep: (due: DueDelivery, outcome: DeliveryOutcome) => Promise<void>;
}

export interface DeliverWebhooksDeps {
  readonly outbox: WebhookOutbox;
  readonly post: (
    url: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ) => Promise<PostOutcome>;
  readonly masterSecret: string;
  readonly nowMs: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  readonly onDelivered?: (outcome: DeliveryOutcome) => void;
}

/** Longer than an attempt may take: what a node that died was sending is sent again after this, under the same event id. */
const leaseMs = 60_000;
const atOnce = 8;

/** Sends all that is due, eight at a time and one to each webhook. Answers how many attempts were made. */
export async function deliverWebhooks(deps: DeliverWebhooksDeps): Promise<number> {
  const worker = async (): Promise<number> => {
    let attempts = 0;
    for (;;) {
      const due = await deps.outbox.takeDue(deps.nowMs(), leaseMs);
      if (due === null) return attempts;
      await deliver(deps, due);
      attempts++;
    }
  };
  const made = await Promise.all(Array.from({ length: atOnce }, worker));
  return made.reduce((sum, one) => sum + one, 0);
}

async function deliver(deps: DeliverWebhooksDeps, due: DueDelivery): Promise<void> {
  const body = JSON.stringify(due.event);
  const secrets = due.salts.map((salt) => webhookSecretOf(deps.masterSecret, salt));
  const answer = await deps.post(due.url, body, {
    "content-type": "application/json",
    "user-agent": "Atelier-Webhooks/1",
    "atelier-event-id": due.event.id,
    "atelier-event-type": due.event.type,
    "atelier-signature": signDelivery(secrets, body, deps.nowMs()),
  });
  const outcome = judgeDelivery(due, answer, deps.nowMs(), deps.random());
  await deps.outbox.keep(due, outcome);
  deps.onDelivered?.(outcome);
}

/** What an answer means for a delivery and its webhook. Pure. */
export function judgeDelivery(
  due: Pick<DueDelivery, "attempt" | "givesUpAtMs" | "failingSinceMs">,
  { httpStatus, error }: PostOutcome,
  nowMs: number,
  chance: number,
): DeliveryOutcome {
  if (error === null) {
    const fine = { error: null, nextAtMs: null, failingSinceMs: null, disabledReason: null };
    return { status: "delivered", httpStatus, ...fine };
  }
  const failingSinceMs = due.failingSinceMs ?? nowMs;
  const isGone = httpStatus === 410;
  const isLong = nowMs - failingSinceMs >= longestFailureMs;
  const nextAtMs = nowMs + retryDelayMs(due.attempt, chance);
  const isOver = isGone || nextAtMs > due.givesUpAtMs;
  return {
    status: isOver ? "failed" : "pending",
    httpStatus,
    error,
    nextAtMs: isOver ? null : nextAtMs,
    failingSinceMs,
    disabledReason: isGone ? "gone" : isLong ? "failing" : null,
  };
}
