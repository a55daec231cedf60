import { afterAll, beforeAll, expect, it } from "vitest";
import { createPasswordQueue } from "../../../src/accounts/passwordQueue.ts";
import { saveDemoAccounts } from "../../../src/demo/demoAccounts.ts";
import { createAccountStore } from "../../../src/stores/postgres/accounts.ts";
import { type OpenStore, openCampaignStore, testActor } from "../../support/campaignStore.ts";

let opened: OpenStore;
beforeAll(async () => {
  opened = await openCampaignStore();
});
afterAll(() => opened?.close());

const page = { limit: 100, afterId: 0 } as const;

it("the demo's people log in with the same passwords at each start, and look after their own shops", async () => {
  const { store, db } = opened;
  const shop = { payerName: "B", trade: "b", balanceMicros: null };
  await store.saveAdvertisersInBulk(
    Array.from({ length: 12 }, (_, index) => ({ ...shop, name: `Boutique ${index}` })),
    testActor,
  );
  const accounts = createAccountStore(db);
  const passwords = createPasswordQueue(2);
  const secret = "a secret of a data folder";
  const deps = { ...store, ...accounts, passwords, secret };
  const first = await saveDemoAccounts(deps);
  expect(await saveDemoAccounts(deps)).toEqual(first);
  expect(await saveDemoAccounts({ ...deps, secret: "another one" })).not.toEqual(first);

  const users = await accounts.users.list({ organizationId: null }, page);
  expect(users.map(({ role, organizationId }) => [role, organizationId])).toEqual([
    ["admin", 1],
    ["manager", 2],
    ["admin", 3],
  ]);
  for (const [index, { password }] of first.entries()) {
    expect(await passwords.verify(password, users[index]?.passwordHash ?? "")).toBe(true);
  }
  const shops = await store.advertisers.list({ advertiserIds: null }, page);
  const owners = shops.map(({ organizationId }) => organizationId);
  expect(owners).toEqual([...Array<number>(10).fill(2), 1, 1, 3]);
  expect(shops.at(-1)).toMatchObject({ trade: "fleuriste", balanceMicros: 50_000_000 });
});
