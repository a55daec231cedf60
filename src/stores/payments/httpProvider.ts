import { providerPaymentSchema, readPaymentEvent } from "../../billing/paymentMessages.ts";
import type { PaymentProvider } from "../../billing/paymentProvider.ts";
import { PublicError } from "../../errors.ts";

export interface HttpProviderOptions {
  /** Without a slash at the end. */
  readonly url: string;
  readonly apiKey: string;
  readonly webhookSecret: string;
  readonly timeoutMs?: number;
}

const maxAnswerBytes = 65_536;

/** A payment provider behind HTTP, as the embedded test provider speaks it: JSON, a key, `Idempotency-Key`. */
export function createHttpPaymentProvider(options: HttpProviderOptions): PaymentProvider {
  return {
    name: "http",
    async createPayment({ idempotencyKey, ...order }) {
      const answer = await ask(options, "/payments", idempotencyKey, order);
      const parsed = providerPaymentSchema.safeParse(answer.status < 300 ? answer.body : null);
      if (!parsed.success) throw away();
      return { providerPaymentId: parsed.data.id, checkoutUrl: parsed.data.checkoutUrl };
    },
    async refund({ idempotencyKey, providerPaymentId, amountCents }) {
      const path = `/payments/${encodeURIComponent(providerPaymentId)}/refunds`;
      const { status } = await ask(options, path, idempotencyKey, { amountCents });
      if (status === 200 || status === 201) return "done";
      // A refusal of this very refund; anything else may be asked again.
      if (status === 422) return "declined";
      throw away();
    },
    readEvent: (body, signature, nowMs) =>
      readPaymentEvent(body, signature, options.webhookSecret, nowMs),
  };
}

const away = () =>
  new PublicError("unavailable", "The payment provider is away; try again in a moment.");

async function ask(
  { url, apiKey, timeoutMs = 10_000 }: HttpProviderOptions,
  path: string,
  idempotencyKey: string,
  body: object,
): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      redirect: "error",
      headers: {
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        "idempotency-key": idempotencyKey,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (Number(answer.headers.get("content-length") ?? 0) > maxAnswerBytes) throw away();
    return { status: answer.status, body: await answer.json() };
  } catch {
    throw away();
  }
}
