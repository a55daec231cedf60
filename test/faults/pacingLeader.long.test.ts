import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import { until } from "../support/until.ts";
import { type ServingProcess, servingPort, startServing } from "./servingProcess.ts";

let stores: ProxiedStores;
let redis: Redis;
let nodes: ServingProcess[];

beforeAll(async () => {
  stores = await openProxiedStores();
  redis = new Redis(stores.redisServer.url);
  nodes = await Promise.all(
    [1, 2].map(async (node) => {
      const dataDir = `${stores.environment.ATELIER_DATA_DIR}/node-${node}`;
      const environment = { ...stores.environment, ATELIER_DATA_DIR: dataDir };
      return startServing(environment, await servingPort());
    }),
  );
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.kill()));
  redis.disconnect();
  await stores.close();
});

/** What a node says of itself; null when it does not answer. */
async function isLeading(node: ServingProcess): Promise<boolean | null> {
  const signal = AbortSignal.timeout(500);
  const page = await fetch(`${node.url}/metrics`, { signal }).then(
    (response) => response.text(),
    () => null,
  );
  return page === null ? null : /^atelier_pacing_leading 1$/m.test(page);
}
const leaders = async (): Promise<readonly ServingProcess[]> => {
  const answers = await Promise.all(nodes.map(isLeading));
  return nodes.filter((_, index) => answers[index] === true);
};
const token = async (): Promise<number> => Number(await redis.hget("{pacing}:lease", "token"));

/** The leader, and the other one. */
async function findLeader(): Promise<readonly [ServingProcess, ServingProcess]> {
  let leader: ServingProcess | undefined;
  await until(async () => {
    const found = await leaders();
    leader = found[0];
    return found.length === 1;
  });
  return [leader!, nodes.find((node) => node !== leader)!];
}

test("a leader that is frozen is replaced within seconds, and follows when it comes back", async () => {
  const [leader, other] = await findLeader();
  const before = await token();
  leader.signal("SIGSTOP");
  const frozenAtMs = performance.now();
  await until(async () => (await isLeading(other)) === true);
  expect(performance.now() - frozenAtMs).toBeLessThan(8_000);
  const after = await token();
  expect(after).toBeGreaterThan(before);
  leader.signal("SIGCONT");
  await until(async () => (await isLeading(leader)) === false);
  expect(await isLeading(other)).toBe(true);
  expect(await token()).toBe(after);
});

test("another node paces within seconds of the leader's sudden death", async () => {
  const [leader, other] = await findLeader();
  const before = await token();
  const killedAtMs = performance.now();
  await leader.kill();
  await until(async () => (await isLeading(other)) === true);
  expect(performance.now() - killedAtMs).toBeLessThan(8_000);
  expect(await token()).toBeGreaterThan(before);
});
