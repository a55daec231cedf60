import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CampaignFeed } from "../../../src/campaigns/campaignFeed.ts";
import { changeInTurns } from "../../../src/jobs/changeInTurns.ts";
import { loadBase } from "../../../src/jobs/snapshotFollower.ts";
import { createSnapshotRefresh, type SnapshotRefresh } from "../../../src/jobs/snapshotRefresh.ts";
import { createCampaignFeed } from "../../../src/stores/postgres/campaignFeed.ts";
import {
  type ChangeListener,
  listenForChanges,
} from "../../../src/stores/postgres/listenForChanges.ts";
import {
  applyChanges,
  buildSnapshot,
  campaignCount,
  findCampaign,
  overlaySize,
  type Snapshot,
} from "../../../src/targeting/snapshot.ts";
import {
  type OpenStore,
  openCampaignStore,
  saveCampaign,
  testActor,
} from "../../support/campaignStore.ts";
import { until } from "../../support/until.ts";

let opened: OpenStore;
let refresh: SnapshotRefresh<Snapshot> | null = null;
let listener: ChangeListener | null = null;
let swaps = 0;
const logged: string[] = [];

beforeEach(async () => {
  opened = await openCampaignStore();
  swaps = 0;
  logged.length = 0;
});
afterEach(async () => {
  await listener?.stop();
  await refresh?.stop();
  listener = null;
  refresh = null;
  await opened.close();
});

function follow(
  options: {
    readonly feed?: CampaignFeed;
    readonly pollEveryMs?: number;
    readonly rebuildAfterChanges?: number;
    readonly rebuildBase?: () => ReturnType<typeof loadBase<Snapshot>>;
  } = {},
): SnapshotRefresh<Snapshot> {
  refresh = createSnapshotRefresh<Snapshot>({
    feed: createCampaignFeed(opened.db),
    buildSnapshot,
    ...changeInTurns(performance.now.bind(performance)),
    onSwap: () => {
      swaps += 1;
    },
    log: (message) => logged.push(message),
    clock: Date.now,
    ...options,
  });
  return refresh;
}

const pause = (campaignId: number) =>
  opened.store.campaigns.change(
    campaignId,
    (present) => ({ ...present, status: "paused" as const, compiledZone: null }),
    testActor,
  );

const isServed = (campaignId: number) => {
  const snapshot = refresh?.current() ?? null;
  return snapshot !== null && findCampaign(snapshot, campaignId) !== null;
};

/** A segment keeps only what may serve or explains a refusal; a creative's change is the plainest thing to see. */
const swapsAfter = async (write: () => Promise<unknown>): Promise<number> => {
  const before = swaps;
  await write();
  const committedAt = performance.now();
  await until(() => swaps > before, 5_000);
  return performance.now() - committedAt;
};

describe("a node's snapshot", () => {
  it("follows a pause within a second by polling alone", async () => {
    const { campaignId } = await saveCampaign(opened.store);
    await follow().start();
    expect(isServed(campaignId)).toBe(true);
    expect(await swapsAfter(() => pause(campaignId))).toBeLessThan(1_000);
  });

  it("follows a pause within a second by notification alone", async () => {
    const { campaignId } = await saveCampaign(opened.store);
    const following = follow({ pollEveryMs: 3_600_000 });
    await following.start();
    listener = listenForChanges({
      url: opened.url,
      onChange: following.notify,
      onLost: () => undefined,
    });
    await until(() => listener?.isListening() ?? false);
    expect(await swapsAfter(() => pause(campaignId))).toBeLessThan(1_000);
  });

  it("hears again after the listening connection was cut, and of what it missed meanwhile", async () => {
    const { campaignId } = await saveCampaign(opened.store);
    const following = follow({ pollEveryMs: 3_600_000 });
    await following.start();
    let losses = 0;
    listener = listenForChanges({
      url: opened.url,
      onChange: following.notify,
      onLost: () => {
        losses += 1;
      },
    });
    await until(() => listener?.isListening() ?? false);
    const cut = () =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query = 'listen atelier_changes'`.execute(opened.db);
    await cut();
    await swapsAfter(() => pause(campaignId));
    expect(losses).toBe(1);
  });

  it("takes a burst of changes in few swaps", async () => {
    const { campaignId } = await saveCampaign(opened.store);
    const following = follow();
    await following.start();
    listener = listenForChanges({
      url: opened.url,
      onChange: following.notify,
      onLost: () => undefined,
    });
    await until(() => listener?.isListening() ?? false);
    await sql`do $$ begin for i in 1..50 loop
      update campaigns set bid_micros = 5000000 + i * 1000; end loop; end $$`.execute(opened.db);
    const bidOf = () => {
      const snapshot = following.current();
      return snapshot === null ? null : findCampaign(snapshot, campaignId)?.bidMicros;
    };
    await until(() => bidOf() === 5_050_000);
    expect(swaps).toBeLessThan(5);
  });

  it("knows new sites, and swaps for them", async () => {
    const following = follow();
    await following.start();
    const site = {
      name: "S",
      allowedOrigins: [],
      publicKey: "site_1234",
      signingSecret: "s".repeat(40),
    };
    await swapsAfter(() => opened.store.sites.insert(site, testActor));
    expect(following.sites().map(({ key }) => key)).toEqual(["site_1234"]);
  });

  it("builds a new base when much has changed, and loses nothing over it", async () => {
    const following = follow({ rebuildAfterChanges: 3, pollEveryMs: 20 });
    await following.start();
    const saved: number[] = [];
    for (let index = 0; index < 8; index += 1) {
      saved.push((await saveCampaign(opened.store)).campaignId);
      await until(() => isServed(saved.at(-1) ?? 0));
    }
    await until(() => {
      const snapshot = following.current();
      return snapshot !== null && overlaySize(snapshot) <= 3 && campaignCount(snapshot) === 8;
    });
    expect(saved.every(isServed)).toBe(true);
  });

  it("stops what was stopped among very many changes at once, and takes the rest with a new base", async () => {
    const saved = await Promise.all([1, 2, 3, 4, 5].map(() => saveCampaign(opened.store)));
    const ids = saved.map(({ campaignId }) => campaignId);
    const base = Promise.withResolvers<void>();
    const feed = createCampaignFeed(opened.db);
    const rebuildBase = async () => {
      await base.promise;
      const deps = { feed, buildSnapshot, applyChanges, onSwap: () => {}, log: () => {} };
      return loadBase<Snapshot>({ ...deps, clock: Date.now });
    };
    await follow({ feed, pollEveryMs: 20, rebuildAfterChanges: 2, rebuildBase }).start();
    const [firstId = 0, ...otherIds] = ids;
    await sql`update campaigns set status = case when id = any(${otherIds}) then status else 'paused' end,
      name = 'Autre nom'`.execute(opened.db);

    await until(() => !isServed(firstId));
    expect(otherIds.every(isServed)).toBe(true);
    base.resolve();
    await until(() => findCampaign(refresh!.current()!, otherIds[0]!)?.name === "Autre nom");
    // Known again, for explanations, and paused.
    expect(isServed(firstId)).toBe(true);
  });

  it("stays as it is, and grows old, while the store fails; then it goes on", async () => {
    const { campaignId } = await saveCampaign(opened.store);
    const real = createCampaignFeed(opened.db);
    let isAway = false;
    const whenThere = async <Result>(load: () => Promise<Result>): Promise<Result> => {
      if (isAway) throw new Error("the store is away");
      return load();
    };
    const feed: CampaignFeed = {
      loadAll: (nowMs) => whenThere(() => real.loadAll(nowMs)),
      loadChanges: (cursor, nowMs) => whenThere(() => real.loadChanges(cursor, nowMs)),
      loadSites: () => whenThere(() => real.loadSites()),
      loadSsps: () => whenThere(() => real.loadSsps()),
    };
    const following = follow({ feed, pollEveryMs: 10 });
    await following.start();
    const served = following.current();
    isAway = true;
    await pause(campaignId);
    await until(() => (following.ageMs() ?? 0) > 150);
    expect(following.current()).toBe(served);
    expect(logged.length).toBe(1);
    isAway = false;
    await until(() => following.current() !== served);
    expect(following.ageMs()).toBeLessThan(1_000);
    expect(logged.at(-1)).toContain("follows the campaign store again");
  });

  it("begins when the store comes, if it was away at the start", async () => {
    const real = createCampaignFeed(opened.db);
    let tries = 0;
    const feed: CampaignFeed = {
      ...real,
      async loadAll(nowMs) {
        tries += 1;
        if (tries < 3) throw new Error("the store is away");
        return real.loadAll(nowMs);
      },
    };
    const following = follow({ feed, pollEveryMs: 10 });
    await following.start();
    expect(following.current()).toBeNull();
    expect(following.ageMs()).toBeNull();
    await until(() => following.current() !== null);
  });
});
