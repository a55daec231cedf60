import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as keyOwners from "../../migrations/0012_3_key_owners.ts";
import * as auditOwners from "../../migrations/0012_4_audit_owners.ts";
import { createAccountStore } from "../../src/stores/postgres/accounts.ts";
import { createApiKeyStore } from "../../src/stores/postgres/apiKeys.ts";
import { type OpenStore, openCampaignStore, testActor } from "../support/campaignStore.ts";

let opened: OpenStore;
beforeAll(async () => {
  opened = await openCampaignStore();
});
afterAll(() => opened?.close());

const hashOf = (letter: string) => letter.repeat(64);

it("keys from before organisations are the operator's, and going back no key may more than it may now", async () => {
  const { db } = opened;
  const keys = createApiKeyStore(db);
  const { organizations } = createAccountStore(db);
  const agency = { name: "Agence", kind: "agency", active: true } as const;
  const { organizationId } = await organizations.insert(agency, testActor);
  const save = (letter: string, fields: object) =>
    keys.save(
      { keyHash: hashOf(letter), role: "admin", advertiserIds: [], label: letter, ...fields },
      testActor,
    );
  await save("a", {});
  await save("b", { role: "manager", advertiserIds: [3] });
  await save("c", { role: "manager" });
  await save("d", { role: "reviewer" });
  await save("e", { organizationId });
  await save("f", { role: "reader", advertiserIds: [3] });
  await sql`insert into api_keys (key_hash, organization_id, role, label, scopes, expires_at)
    values (${hashOf("1")}, 1, 'admin', 'narrow', '{reports:read}', null),
      (${hashOf("2")}, 1, 'admin', 'short', null, now() + interval '1 hour')`.execute(db);

  await auditOwners.down(db as never);
  await keyOwners.down(db as never);
  const { rows } = await sql`select label, role, advertiser_ids as ids from api_keys
    where revoked_at is null order by label`.execute(db);
  expect(rows).toEqual([
    { label: "a", role: "admin", ids: [] },
    { label: "b", role: "manager", ids: [3] },
  ]);

  await keyOwners.up(db as never);
  await auditOwners.up(db as never);
  expect(await keys.findByHash(hashOf("a"))).toMatchObject({
    role: "admin",
    organizationId: 1,
    isOperator: true,
    advertiserIds: null,
  });
  expect(await keys.findByHash(hashOf("b"))).toMatchObject({ role: "manager", advertiserIds: [3] });
  expect(await keys.findByHash(hashOf("e"))).toBeNull();
  const log = await sql`select distinct organization_id as id from audit_log`.execute(db);
  expect(log.rows).toEqual([{ id: 1 }]);
});
