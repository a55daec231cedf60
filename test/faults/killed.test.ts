import { Agent } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findCampaign } from "../../src/targeting/snapshot.ts";
import { until } from "../support/until.ts";
import { exchange, type Load, startLoad } from "./load.ts";
import { openTown, type Town } from "./outage.ts";
import { type ServingProcess, servingPort, startServing } from "./servingProcess.ts";

const agent = new Agent({ keepAlive: true, maxSockets: 20 });
let town: Town;
let port: number;
let node: ServingProcess;
/** A node of the test's own watches and manages; the one that serves is another process. */
beforeEach(async () => {
  town = await openTown();
  port = await servingPort();
  node = await startServing(town.system.stores.environment, port);
});
afterEach(async () => {
  await node.kill();
  await town.close();
});

/** Addresses of all impressions that readers were given, answered or not. */
const givenTo = (load: Load) =>
  load.pages.flatMap(({ ads }) => ads.map(({ impression }) => impression));

async function seeAgain(impressions: readonly string[]): Promise<void> {
  const seen = impressions.map((path) => exchange(node.url, agent, { method: "GET", path }));
  const statuses = (await Promise.all(seen)).map(({ status }) => status);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
}

test("a node that is killed in the middle of its work loses no impression that it answered, and charges none twice when all are seen again", async () => {
  // A store that is away when the node dies: what it could not write waits on its disk.
  const load = startLoad(node.url);
  await until(() => load.shown.size > 200);
  town.system.stores.redis.cut();
  const cutAtMs = performance.now();
  await until(() => load.pixels.some(({ startedAtMs }) => startedAtMs > cutAtMs));
  await node.kill();
  await load.stop();
  town.system.stores.redis.heal();
  const answered = [...load.shown.values()].filter((id) => id === town.paidId).length;
  const paid = load.pages.flatMap(({ ads }) =>
    ads.filter(({ campaignId }) => campaignId === town.paidId),
  );

  node = await startServing(town.system.stores.environment, port);
  await until(async () => (await town.charged(town.paidId)).impressions >= answered);
  expect((await town.charged(town.paidId)).impressions).toBeLessThanOrEqual(paid.length);

  await seeAgain(givenTo(load));
  await until(async () => (await town.charged(town.paidId)).impressions >= paid.length);
  await seeAgain(givenTo(load));
  await until(async () => {
    const unwritten = await town.system.server.stores.jobsRedis.xlen(outboxOf(town));
    return unwritten === 0;
  });
  expect(await town.charged(town.paidId)).toEqual({
    impressions: paid.length,
    micros: paid.length * 5_000,
    uncharged: 0,
  });
});

/** Advertiser n lies in bucket n modulo 64, and the town's advertisers are few. */
function outboxOf({ system, paidId }: Town): string {
  const { snapshot } = system.server.jobs.state;
  const advertiserId = findCampaign(snapshot(), paidId)?.advertiserId ?? 0;
  return `{m${advertiserId}}:out`;
}
