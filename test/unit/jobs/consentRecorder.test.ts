import { expect, it } from "vitest";
import type { Consent } from "../../../src/consent/types.ts";
import { createConsentRecorder } from "../../../src/jobs/consentRecorder.ts";
import { nextPassMs, settledAfterMs } from "../../../src/jobs/eraseVisitors.ts";
import type { NotedConsent } from "../../../src/jobs/visitorPorts.ts";

const allowed: Consent = {
  mayStore: true,
  mayPersonalise: true,
  mayUsePlace: true,
  mayUsePrecisePlace: false,
  mayMeasure: true,
  basis: "tc_string",
};
const refused: Consent = { ...allowed, mayStore: false, mayPersonalise: false };
const silent: Consent = { ...refused, basis: "missing" };

function open({ fails = 0 } = {}) {
  const noted: NotedConsent[][] = [];
  const erased: string[] = [];
  let failures = fails;
  const recorder = createConsentRecorder({
    visitorKeyOf: (id) => `key ${id}`,
    visitorHashOf: (key) => `hash of ${key}`,
    async note(entries) {
      if (failures-- > 0) throw new Error("Postgres is away");
      noted.push([...entries]);
    },
    async erase(key) {
      erased.push(key);
    },
  });
  return { recorder, noted, erased };
}

it("keeps a choice once, its change, and erases who withdraws; silence is no choice", async () => {
  const { recorder, noted, erased } = open();
  for (const atMs of [1, 2]) recorder.hear("v", allowed, atMs);
  recorder.hear("w", silent, 3);
  await recorder.flushOnce();
  await recorder.flushOnce();
  expect(noted.map((entries) => entries.map(({ purposes }) => purposes))).toEqual([[23]]);
  recorder.hear("v", refused, 4);
  await recorder.flushOnce();
  expect(noted[1]).toMatchObject([{ visitorHash: "hash of key v", purposes: 20, atMs: 4 }]);
  expect(erased).toEqual(["key v"]);
});

it("what could not be written waits, and many withdrawals come in turns", async () => {
  const { recorder, noted, erased } = open({ fails: 1 });
  for (let visitor = 0; visitor < 120; visitor++) recorder.hear(`v${visitor}`, refused, 1);
  await expect(recorder.flushOnce()).rejects.toThrow("away");
  expect(recorder.state().waiting).toBe(120);
  for (const left of [70, 20, 0]) {
    await recorder.flushOnce();
    expect(recorder.state()).toEqual({ waiting: left, dropped: 0 });
  }
  expect(noted.flat()).toHaveLength(120);
  expect(new Set(erased).size).toBe(120);
});

it("an erasure is over only when every store was reached after all memory had settled", () => {
  const begun = { passes: 0, requestedAtMs: 1_000 };
  expect(nextPassMs(begun, true, 1_000)).toBe(1_000 + settledAfterMs);
  expect(nextPassMs({ ...begun, passes: 1 }, true, 1_000 + settledAfterMs)).toBeNull();
  expect(nextPassMs(begun, false, 1_000)).toBe(31_000);
  expect(nextPassMs({ ...begun, passes: 30 }, false, 1_000 + settledAfterMs)).toBe(
    1_000 + settledAfterMs + 3_600_000,
  );
});
