import type { Webhook } from "./generated.ts";

/** What a webhook is told: known by its `id`, as it may come twice, and in any order. */
export interface WebhookEvent {
  readonly id: string;
  /** A newer server may tell of more than this client knows. */
  readonly type: Webhook["events"][number] | "webhook.test";
  readonly occurredAt: string;
  readonly organizationId: number;
  /** Null = of a test. */
  readonly advertiserId: number | null;
  /** Null = about the advertiser. */
  readonly campaignId: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Received {
  /** The body as it came, not parsed and written again. */
  readonly body: string;
  /** Of the header `atelier-signature`; null or absent = there was none. */
  readonly signature: string | null | undefined;
}

export interface VerifyOptions {
  /** What the webhook's creation or rotation told ("whsec_…"). */
  readonly secret: string;
  /** How old, or how far ahead, a signature may be, in seconds; default 300. */
  readonly toleranceSeconds?: number;
  /** What tests replace; milliseconds since 1970. */
  readonly nowMs?: number;
}

const header = /^t=(\d{1,12})((?:,v1=[0-9a-f]{64})+)$/;

/**
 * The event of a delivery that was signed with the secret lately; null for everything else: answer that with 400. Needs
 * WebCrypto (Node 20, browsers). Rejects for a body that is signed and no JSON, which no server of ours sends.
 */
export async function verifyWebhook(
  { body, signature }: Received,
  { secret, toleranceSeconds = 300, nowMs = Date.now() }: VerifyOptions,
): Promise<WebhookEvent | null> {
  const [, second, signatures] = header.exec(signature ?? "") ?? [];
  if (second === undefined || signatures === undefined) return null;
  if (Math.abs(nowMs / 1_000 - Number(second)) > toleranceSeconds) return null;
  const encoder = new TextEncoder();
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), hmac, false, ["verify"]);
  const signed = encoder.encode(`${second}.${body}`);
  // Compared within WebCrypto, in constant time.
  for (const hex of signatures.matchAll(/[0-9a-f]{64}/g))
    if (await crypto.subtle.verify("HMAC", key, bytesOf(hex[0]), signed)) return JSON.parse(body);
  return null;
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
}
