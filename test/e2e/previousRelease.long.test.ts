import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { campaignBody, nativeBody } from "../support/campaignBodies.ts";
import { hasRelease, migrationsOf, previousRelease } from "../support/releases/checkOutRelease.ts";
import {
  type RunningRelease,
  startPreviousRelease,
} from "../support/releases/startPreviousRelease.ts";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const isThere = hasRelease(previousRelease);
if (!isThere)
  console.warn(
    `The release before (${previousRelease.version}, ${previousRelease.commit}) is not in this clone: fetch the whole history to try it.`,
  );

describe.skipIf(!isThere)(`release ${previousRelease.version} on today's schema`, () => {
  let stores: ProxiedStores;
  let server: RunningRelease;
  let url: string;
  let adminKey: string;
  beforeAll(async () => {
    // Its database is cloned from the template that today's code has migrated.
    stores = await openProxiedStores();
    adminKey = await stores.giveKey("admin");
    server = await startPreviousRelease(stores);
    url = server.url;
  });
  afterAll(async () => {
    await server?.close();
    await stores?.close();
  });

  const send = (method: "post" | "patch", path: string, body: object) =>
    request(url)[method](path).set("authorization", `Bearer ${adminKey}`).send(body);
  const askForAd = async () => {
    const answer = await request(url)
      .post("/v1/ads")
      .send({
        visitor: { id: "v-1", gdpr: false },
        place: { search: { postalCode: "87000" } },
        placements: [{ id: "top" }],
      });
    return answer.body.placements?.[0]?.ads[0];
  };

  test("what ops/releases.json says of it is so, and there is something to try", () => {
    const its = migrationsOf(previousRelease);
    expect(its.at(-1)).toBe(previousRelease.lastMigration);
  });

  test("its migrations are done already, and it does not mind newer ones", async () => {
    const db = createDatabase({
      url: stores.databaseUrl,
      maxConnections: 1,
      statementTimeoutMs: 5_000,
    });
    try {
      const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
      const names = rows.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining([...migrationsOf(previousRelease)]));
      expect(names.length).toBeGreaterThan(migrationsOf(previousRelease).length);
    } finally {
      await db.destroy();
    }
  });

  test("a shop's campaign is made, changed, shown, charged and read back", async () => {
    const ready = await request(url).get("/readyz");
    expect(ready.status, ready.text).toBe(200);
    const shop = { name: "Boutique", payerName: "Boutique", trade: "fleuriste" };
    const advertiser = await send("post", "/v1/advertisers", shop).expect(201);
    const { advertiserId } = advertiser.body;
    const campaign = await send(
      "post",
      "/v1/campaigns",
      campaignBody({ advertiserId, pacing: "asap" }),
    ).expect(201);
    const { campaignId, version } = campaign.body;
    await send("post", "/v1/creatives", nativeBody({ campaignId })).expect(201);
    const changed = await send("patch", `/v1/campaigns/${campaignId}`, {
      version,
      name: "Nouveau nom",
    });
    expect(changed.status, changed.text).toBe(200);
    await until(async () => (await askForAd()) !== undefined);
    const ad = await askForAd();
    expect(ad.campaignId).toBe(campaignId);
    await request(url).get(new URL(ad.tracking.impression).pathname).expect(200);
    const ledger = () =>
      request(url)
        .get(`/v1/campaigns/${campaignId}/ledger`)
        .set("authorization", `Bearer ${adminKey}`);
    await until(async () => (await ledger()).body.items?.length === 1);
  });

  test("it logged no fault", () => {
    expect(server.faults()).toEqual([]);
  });
});
