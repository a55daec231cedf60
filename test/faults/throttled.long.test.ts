import { expect, test } from "vitest";
import { createRandom } from "../../src/demo/random.ts";
import { dynamodbEndpoint } from "../support/servers.ts";
import { startThrottle } from "../support/throttle.ts";
import { until } from "../support/until.ts";
import { startLoad } from "./load.ts";
import { expectAllAnswered, openTown, readinessOf } from "./outage.ts";

test("a DynamoDB that refuses requests beyond what was provisioned: ads go on without scores, it is told, and is over by itself", async () => {
  const throttle = await startThrottle(dynamodbEndpoint(), createRandom(1).next);
  const town = await openTown({ environment: { DYNAMODB_ENDPOINT: throttle.url } });
  const load = startLoad(town.system.url, { readers: 10 });
  const isPaid = ({ ads }: { readonly ads: readonly { readonly campaignId: number }[] }) =>
    ads.some((ad) => ad.campaignId === town.paidId);
  try {
    await until(async () => (await readinessOf(town.system.url)).status === "ready");
    throttle.refuse(1);
    await until(async () => {
      const { reasons } = await readinessOf(town.system.url);
      return reasons.includes("dynamodb");
    });
    const refusedAtMs = performance.now();
    await until(() => load.since(refusedAtMs).filter(isPaid).length > 100, 20_000);
    expect(throttle.refused()).toBeGreaterThan(0);
    throttle.refuse(0);
    await until(async () => (await readinessOf(town.system.url)).status === "ready");
    await load.stop();
    expectAllAnswered(load);
  } finally {
    await load.stop();
    await town.close();
    throttle.close();
  }
}, 120_000);
