import { expect, test } from "vitest";
import { createSampler, type SampleOptions } from "../../../../src/stores/telemetry/sampler.ts";

function samplerWith(changes: Partial<SampleOptions> = {}) {
  const clock = { nowMs: 0 };
  const chance = { next: 0.5 };
  const sampled = createSampler({
    share: 0.1,
    mostOfCallers: 2,
    random: () => chance.next,
    monotonicMs: () => clock.nowMs,
    ...changes,
  });
  return { sampled, clock, chance };
}
const remote = { isRemote: true, isSampled: true };

test("of requests that nobody traces, as many are as the share says", () => {
  const { sampled, chance } = samplerWith();
  chance.next = 0.0999;
  expect(sampled(null)).toBe(true);
  chance.next = 0.1;
  expect(sampled(null)).toBe(false);
});

test("a share of 0 traces nothing, one of 1 everything", () => {
  const none = samplerWith({ share: 0 });
  none.chance.next = 0;
  expect(none.sampled(null)).toBe(false);
  const all = samplerWith({ share: 1 });
  all.chance.next = 0.999999;
  expect(all.sampled(null)).toBe(true);
});

test("below a span of this process all are recorded, or none", () => {
  const { sampled } = samplerWith({ mostOfCallers: 0 });
  expect(sampled({ isRemote: false, isSampled: true })).toBe(true);
  expect(sampled({ isRemote: false, isSampled: false })).toBe(false);
});

test("callers have so many a second traced, later ones by chance; what they do not trace is not", () => {
  const { sampled, clock } = samplerWith();
  expect([sampled(remote), sampled(remote), sampled(remote)]).toEqual([true, true, false]);
  clock.nowMs = 500;
  expect([sampled(remote), sampled(remote)]).toEqual([true, false]);
  clock.nowMs = 60_000;
  expect([sampled(remote), sampled(remote), sampled(remote)]).toEqual([true, true, false]);
  expect(sampled({ isRemote: true, isSampled: false })).toBe(false);
});

test("callers that are our own are followed however many they are", () => {
  const { sampled } = samplerWith({ mostOfCallers: Number.POSITIVE_INFINITY });
  expect(Array.from({ length: 1_000 }, () => sampled(remote))).not.toContain(false);
});
