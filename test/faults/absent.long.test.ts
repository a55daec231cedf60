import { expect, test } from "vitest";
import { openProxiedStores } from "../support/stores.ts";
import { until } from "../support/until.ts";
import { openTown, readinessOf } from "./outage.ts";
import { servingPort, startServing } from "./servingProcess.ts";

test.each(["cut", "freeze"] as const)(
  "a node that starts while all stores are away (%s) says so, and serves when they come",
  async (fault) => {
    const stores = await openProxiedStores();
    const town = await openTown({ stores });
    const faulty = [stores.postgres, stores.redis, stores.dynamodb];
    for (const proxy of faulty) proxy[fault]();
    const node = await startServing(stores.environment, await servingPort());
    expect(await readinessOf(node.url)).toMatchObject({ httpStatus: 503, status: "not ready" });
    for (const proxy of faulty) proxy.heal();
    await until(async () => (await readinessOf(node.url)).status === "ready", 20_000);
    await node.kill();
    await town.close();
    await stores.close();
  },
  60_000,
);
