import { expect, test } from "vitest";
import { hashApiKey } from "../../src/campaigns/apiKey.ts";
import { createKey } from "../../src/commands/createKey.ts";
import { SetupError } from "../../src/setupError.ts";
import { createApiKeyStore } from "../../src/stores/postgres/apiKeys.ts";
import { openCampaignStore } from "../support/campaignStore.ts";

test("an operator makes the first API key, which is shown once and works", async () => {
  const opened = await openCampaignStore();
  const said: string[] = [];
  await createKey({ DATABASE_URL: opened.url }, ["manager", "Agence Dupont", "3", "7"], (line) =>
    said.push(line),
  );
  const found = await createApiKeyStore(opened.db).findByHash(hashApiKey(said[0] ?? "") ?? "");
  expect(found).toMatchObject({ role: "manager", advertiserIds: [3, 7], label: "Agence Dupont" });
  await opened.close();
});

test.each([
  [[]],
  [["owner", "somebody"]],
  [["admin"]],
  [["manager", "without a shop"]],
  [["admin", "with a shop", "3"]],
  [["manager", "with junk", "three"]],
])("%j is refused with a line that says how to call it", async (args) => {
  await expect(createKey({}, args, () => undefined)).rejects.toThrow(SetupError);
});
