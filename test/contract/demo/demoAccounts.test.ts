import { afterAll, beforeAll, expect, it } from "vitest";
import { createPasswordQueue } from "../../../src/accounts/passwordQueue.ts";
import { saveDemoAccounts } from "../../../src/demo/demoAccounts.ts";
import { createAccountStore } from "../../../src/stores/postgres/accounts.ts";
import { type OpenStore, openCampaignStore } from "../../support/campaignStore.ts";

let opened: OpenStore;
beforeAll(async () => {
  opened = await openCampaignStore();
});
afterAll(() => opened?.close());

const page = { limit: 100, afterId: 0 } as const;

it("the demo's people log in with the same passwords at each start, each in an organisation", async () => {
  const { db } = opened;
  const accounts = createAccountStore(db);
  const passwords = createPasswordQueue(2);
  const secret = "a secret of a data folder";
  const deps = { ...accounts, passwords, secret };
  const first = await saveDemoAccounts(deps);
  expect(await saveDemoAccounts(deps)).toEqual(first);
  expect(await saveDemoAccounts({ ...deps, secret: "another one" })).not.toEqual(first);

  const users = await accounts.users.list({ organizationId: null }, page);
  expect(users.map(({ role, organizationId }) => [role, organizationId])).toEqual([
    ["admin", 1],
    ["manager", 2],
    ["admin", 3],
    ["reviewer", 1],
    ["reader", 1],
  ]);
  for (const [index, { password }] of first.entries()) {
    expect(await passwords.verify(password, users[index]?.passwordHash ?? "")).toBe(true);
  }
});
