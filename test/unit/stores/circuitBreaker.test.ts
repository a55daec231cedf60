import { expect, test } from "vitest";
import { createCircuitBreaker } from "../../../src/stores/circuitBreaker.ts";

function breakerAt() {
  const clock = { nowMs: 0 };
  const breaker = createCircuitBreaker({
    failuresToOpen: 3,
    openForMs: 100,
    clockMs: () => clock.nowMs,
  });
  return { clock, breaker };
}

test("a breaker opens after so many failures in a row, not before", () => {
  const { breaker } = breakerAt();
  breaker.failed();
  breaker.failed();
  breaker.succeeded();
  breaker.failed();
  breaker.failed();
  expect(breaker.allows()).toBe(true);
  breaker.failed();
  expect(breaker.allows()).toBe(false);
});

test("an open breaker lets one probe through per interval, even when a probe never reports", () => {
  const { clock, breaker } = breakerAt();
  for (let failure = 0; failure < 3; failure++) breaker.failed();
  clock.nowMs = 99;
  expect(breaker.allows()).toBe(false);
  clock.nowMs = 100;
  expect([breaker.allows(), breaker.allows()]).toEqual([true, false]);
  clock.nowMs = 200;
  expect([breaker.allows(), breaker.allows()]).toEqual([true, false]);
});

test("a probe that fails keeps it open, one that succeeds closes it", () => {
  const { clock, breaker } = breakerAt();
  for (let failure = 0; failure < 3; failure++) breaker.failed();
  clock.nowMs = 100;
  breaker.allows();
  clock.nowMs = 150;
  breaker.failed();
  clock.nowMs = 249;
  expect(breaker.allows()).toBe(false);
  clock.nowMs = 250;
  expect(breaker.allows()).toBe(true);
  breaker.succeeded();
  expect([breaker.allows(), breaker.allows()]).toEqual([true, true]);
});
