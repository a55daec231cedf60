import { createHmac } from "node:crypto";

/** Deliveries give up a day after the event. */
export const deliveryLifeMs = 24 * 3_600_000;
/** A webhook that has failed for so long is switched off. */
export const longestFailureMs = 3 * 24 * 3_600_000;
const firstRetryMs = 10_000;
const longestRetryMs = 2 * 3_600_000;

/**
 * How long a delivery waits after its nth failure (1, 2, …): 10 s, doubled each time up to 2 h, of which chance (0 to 1)
 * takes away up to half, so that what failed together does not come back together. Pure.
 */
export function retryDelayMs(failures: number, chance: number): number {
  const full = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (1 - chance / 2));
}

/** The secret that belongs to a salt: nobody makes it from what the database holds alone. */
export function webhookSecretOf(masterSecret: string, salt: string): string {
  const made = createHmac("sha256", masterSecret).update(`webhook secret\n${salt}`);
  return `whsec_${made.digest("base64url")}`;
}

/**
 * The header `Atelier-Signature`: the second of sending, and for each secret that counts the HMAC-SHA256 (hex) of
 * "second.body": `t=1795407454,v1=5257a8…`. A receiver accepts any v1 that fits, and refuses an old t.
 */
export function signDelivery(secrets: readonly string[], body: string, nowMs: number): string {
  const second = Math.floor(nowMs / 1_000);
  const signatures = secrets.map((secret) =>
    createHmac("sha256", secret).update(`${second}.${body}`).digest("hex"),
  );
  return [`t=${second}`, ...signatures.map((one) => `v1=${one}`)].join(",");
}
