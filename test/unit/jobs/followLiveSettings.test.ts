import { expect, test } from "vitest";
import { type LiveSettings, noLiveSettings } from "../../../src/campaigns/liveSettings.ts";
import { createFollowLiveSettings } from "../../../src/jobs/followLiveSettings.ts";

const quiet: LiveSettings = {
  logLevel: "debug",
  shedding: 30,
  expiresAt: "2026-11-23T12:00:00.000Z",
};

function openNode() {
  const store = { found: null as { settings: LiveSettings; leftMs: number } | null, isAway: false };
  const clock = { ms: 0 };
  const applied: LiveSettings[] = [];
  const { look } = createFollowLiveSettings({
    read: async () => {
      if (store.isAway) throw new Error("away");
      return store.found;
    },
    apply: (settings) => applied.push(settings),
    monotonicMs: () => clock.ms,
  });
  return { store, clock, applied, look };
}

test("a node obeys what was changed once, and again when it was taken back", async () => {
  const { store, applied, look } = openNode();
  await look();
  expect(applied).toEqual([]);
  store.found = { settings: quiet, leftMs: 60_000 };
  await look();
  await look();
  expect(applied).toEqual([quiet]);
  store.found = null;
  await look();
  expect(applied).toEqual([quiet, noLiveSettings]);
});

test("while the store is away what was changed holds until its end, and no longer", async () => {
  const { store, clock, applied, look } = openNode();
  store.found = { settings: quiet, leftMs: 60_000 };
  await look();
  store.isAway = true;
  clock.ms = 59_999;
  await look();
  expect(applied).toEqual([quiet]);
  clock.ms = 60_000;
  await look();
  expect(applied).toEqual([quiet, noLiveSettings]);
});
