import { createHmac, timingSafeEqual } from "node:crypto";

/** Older messages, and those from too far ahead, are refused. */
const toleranceMs = 300_000;

/**
 * Signs a message of a payment provider: "t=SECONDS,v1=HEX", the HMAC-SHA-256 of `SECONDS.BODY`, as most providers do.
 */
export function signMessage(body: string, secret: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000);
  return `t=${seconds},v1=${digest(seconds, body, secret).toString("hex")}`;
}

/** Whether the signature is right and at most five minutes away from now. */
export function isSigned(body: string, header: string, secret: string, nowMs: number): boolean {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header);
  if (match === null) return false;
  const seconds = Number(match[1]);
  const isRight = timingSafeEqual(
    Buffer.from(match[2] ?? "", "hex"),
    digest(seconds, body, secret),
  );
  return isRight && Math.abs(nowMs - seconds * 1_000) <= toleranceMs;
}

const digest = (seconds: number, body: string, secret: string): Buffer =>
  createHmac("sha256", secret).update(`${seconds}.${body}`).digest();
