import { expect, it } from "vitest";
import {
  retryDelayMs,
  signDelivery,
  webhookSecretOf,
} from "../../../src/accounts/webhookSigning.ts";
import { judgeDelivery } from "../../../src/jobs/deliverWebhooks.ts";

const hourMs = 3_600_000;

it("waits double after each failure, two hours at most, and chance takes half at most", () => {
  expect([1, 2, 3, 4, 99].map((failures) => retryDelayMs(failures, 0))).toEqual([
    10_000,
    20_000,
    40_000,
    80_000,
    2 * hourMs,
  ]);
  expect(retryDelayMs(1, 1)).toBe(5_000);
});

it("signs second and body with every secret, so that each of two fits and another body does not", () => {
  const header = signDelivery(["one", "two"], "{}", 1_795_437_005_999);
  expect(header).toMatch(/^t=1795437005,v1=[\da-f]{64},v1=[\da-f]{64}$/);
  expect(signDelivery(["two"], "{}", 1_795_437_005_000)).toBe(
    `t=1795437005,${header.split(",")[2]}`,
  );
  expect(signDelivery(["one"], "{ }", 1_795_437_005_000).split(",")[1]).not.toBe(
    header.split(",")[1],
  );
});

it("a secret needs the salt and the master's", () => {
  const made = webhookSecretOf("master", "salt");
  expect(made).toMatch(/^whsec_[\w-]{43}$/);
  expect(webhookSecretOf("master", "other")).not.toBe(made);
  expect(webhookSecretOf("other", "salt")).not.toBe(made);
});

it("gives up when the next try would come after the end, and begins a failure only once", () => {
  const due = { attempt: 3, givesUpAtMs: 100_000, failingSinceMs: null };
  const refused = { httpStatus: 500, error: "http_error" };
  expect(judgeDelivery(due, refused, 60_000, 0)).toMatchObject({
    status: "pending",
    nextAtMs: 100_000,
    failingSinceMs: 60_000,
  });
  const later = { ...due, failingSinceMs: 1_000 };
  expect(judgeDelivery(later, refused, 60_001, 0)).toMatchObject({
    status: "failed",
    nextAtMs: null,
    failingSinceMs: 1_000,
    disabledReason: null,
  });
  expect(judgeDelivery(later, refused, 1_000 + 72 * hourMs, 0).disabledReason).toBe("failing");
  expect(judgeDelivery(later, { httpStatus: 204, error: null }, 60_000, 0)).toMatchObject({
    status: "delivered",
    failingSinceMs: null,
  });
});
