import { expect, it } from "vitest";
import { createForecastThread } from "../../src/jobs/forecastThread.ts";
import { openCampaignStore } from "../support/campaignStore.ts";
import { until } from "../support/until.ts";

it("a thread that was prepared has its sample before anybody asks, and is not started twice", async () => {
  const opened = await openCampaignStore();
  let orders = 0;
  const thread = createForecastThread({
    orderOf: () => {
      orders++;
      return { databaseUrl: opened.url, dataDir: "/nowhere", nowMs: Date.now(), salt: 1 };
    },
    log: (message) => {
      throw new Error(message);
    },
    monotonicMs: () => performance.now(),
  });
  try {
    expect(thread.state()).toBe(null);
    thread.prepare();
    thread.prepare();
    await until(() => thread.state() !== null, 20_000);
    expect(thread.state()).toMatchObject({ basis: "prior", waiting: 0, answered: 0 });
    expect(orders).toBe(1);
  } finally {
    await thread.stop();
    await opened.close();
  }
});
