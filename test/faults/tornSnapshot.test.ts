import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CampaignFeed } from "../../src/campaigns/campaignFeed.ts";
import { createSnapshotFollower } from "../../src/jobs/snapshotFollower.ts";
import { isCompiledZone } from "../../src/stores/postgres/storedZone.ts";
import {
  applyChanges,
  buildSnapshot,
  findCampaign,
  type Snapshot,
} from "../../src/targeting/snapshot.ts";
import type { ServableCampaign } from "../../src/targeting/types.ts";
import { buildCampaign, nationalZone } from "../support/campaignBuilder.ts";
import { startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { startLoad } from "./load.ts";
import { expectAllAnswered, openTown, type Town } from "./outage.ts";

describe("a row that was broken past the API", () => {
  let town: Town;
  beforeEach(async () => {
    town = await openTown();
  });
  afterEach(() => town.close());

  test("is left out while all others serve and follow changes, on this node and on one that starts", async () => {
    const { system, paidId, houseId } = town;
    const load = startLoad(system.url, { readers: 5 });
    const known = (campaignId: number) =>
      findCampaign(system.server.jobs.state.snapshot(), campaignId) !== null;
    await until(() => load.pages.some(({ ads }) => ads.some((ad) => ad.campaignId === paidId)));
    // The database takes it, and deciding about it would fail.
    await sql`
      update campaigns set compiled_zone = jsonb_set(compiled_zone, '{timeZone}', '"Europe/Atlantide"')
      where id = ${paidId}`.execute(system.server.stores.db);
    await until(() => !known(paidId), 1_000);
    const brokenAtMs = performance.now();
    const newId = await system.openShop({ dailyBudgetMicros: 1_000_000_000_000 });
    await until(() =>
      load.since(brokenAtMs).some(({ ads }) => ads.some((ad) => ad.campaignId === newId)),
    );
    await load.stop();
    expectAllAnswered(load);

    const other = await startSystem({}, system.stores);
    const otherSnapshot = other.server.jobs.state.snapshot();
    expect([newId, houseId, paidId].map((id) => findCampaign(otherSnapshot, id) !== null)).toEqual([
      true,
      true,
      false,
    ]);
    await other.close();
  });
});

describe("a campaign that cannot be compiled", () => {
  const whole = (campaignId: number): ServableCampaign => buildCampaign({ campaignId });
  const broken = (campaignId: number): ServableCampaign => ({
    ...whole(campaignId),
    zone: { ...nationalZone, include: JSON.parse("{}") },
  });
  const log: string[] = [];
  const followed = (loaded: readonly ServableCampaign[], changed: readonly ServableCampaign[]) => {
    const feed: CampaignFeed = {
      loadAll: async () => ({ campaigns: loaded, cursor: "1" }),
      loadChanges: async () => ({
        kind: "changes",
        campaigns: changed,
        removedIds: [],
        sitesChanged: false,
        sspsChanged: false,
        cursor: "2",
      }),
      loadSites: async () => [],
      loadSsps: async () => [],
    };
    return createSnapshotFollower<Snapshot>({
      feed,
      buildSnapshot,
      applyChanges,
      onSwap: () => undefined,
      log: (message) => log.push(message),
      clock: Date.now,
    });
  };
  beforeEach(() => {
    log.length = 0;
  });

  test("is left out of a whole load and named, wherever it stands", async () => {
    for (const at of [1, 2, 64, 99, 100]) {
      const ids = Array.from({ length: 100 }, (_, index) => index + 1);
      const follower = followed(
        ids.map((id) => (id === at ? broken(id) : whole(id))),
        [],
      );
      await follower.step();
      const snapshot =
        follower.current()?.snapshot ?? buildSnapshot([], { revision: "", builtAtMs: 0 });
      expect(ids.filter((id) => findCampaign(snapshot, id) === null)).toEqual([at]);
      expect(log.at(-1)).toContain(`campaign ${at} is left out`);
    }
  });

  test("is taken out when a change broke it, while the other changes are served", async () => {
    const follower = followed([whole(1), whole(2)], [broken(2), whole(3)]);
    await follower.step();
    const snapshot =
      follower.current()?.snapshot ?? buildSnapshot([], { revision: "", builtAtMs: 0 });
    expect([1, 2, 3].map((id) => findCampaign(snapshot, id) !== null)).toEqual([true, false, true]);
  });
});

test("a zone is whole or refused, whatever single part of it is missing or of another kind", () => {
  const zone = {
    ...nationalZone,
    bucketLevel: 5,
    bucketCells: ["85184b03fffffff"],
    include: {
      circles: [{ lat: 45.8, lon: 1.2, radiusMeters: 1_000 }],
      polygons: [[[[1, 45]]]],
      areaKeys: [7],
    },
    exclude: { circles: [], polygons: [], areaKeys: [] },
  };
  expect(isCompiledZone(zone)).toBe(true);
  expect(isCompiledZone({ ...zone, exclude: null })).toBe(true);
  const junk: readonly unknown[] = ["x", -1.5, {}, [null], [{}], ["x"], undefined];
  for (const key of Object.keys(zone)) {
    for (const value of junk) {
      if (key === "label" && value === "x") continue;
      expect(isCompiledZone({ ...zone, [key]: value }), `${key}: ${JSON.stringify(value)}`).toBe(
        false,
      );
    }
  }
  for (const key of Object.keys(zone.include)) {
    for (const value of junk)
      expect(isCompiledZone({ ...zone, include: { ...zone.include, [key]: value } })).toBe(false);
  }
  expect(isCompiledZone({ ...zone, bucketCells: ["83184bfffffffff"] })).toBe(false);
});
