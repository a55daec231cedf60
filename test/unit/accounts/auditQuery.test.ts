import { expect, it, test } from "vitest";
import { type AuditEntry, auditEntryFor, auditList } from "../../../src/accounts/auditQuery.ts";
import { parseListRequest } from "../../../src/campaigns/listQuery.ts";

const parseAuditQuery = (query: Readonly<Record<string, unknown>>) =>
  parseListRequest(auditList, query);

it("a query without parameters asks for the newest fifty", () => {
  const order = { by: "id", descending: true };
  expect(parseAuditQuery({})).toMatchObject({
    ok: true,
    value: { limit: 50, after: null, order, filters: {} },
  });
});

test.each([
  [{ limit: "201" }, "limit"],
  [{ limit: "0" }, "limit"],
  [{ cursor: "x" }, "cursor"],
  [{ entity: "Campaign;" }, "entity"],
  [{ from: "hier" }, "from"],
  [{ until: ["a", "b"] }, "until"],
  [{ from: "0000-01-01T00:00:00Z" }, "from"],
  [{ until: "0001-01-01T00:00:00+23:59" }, "until"],
  [{ requestId: "a\u0000" }, "requestId"],
  [{ requestId: "\ud800" }, "requestId"],
  [{ entityId: "99999999999" }, "entityId"],
  [{ colour: "red" }, "colour"],
])("%j names the parameter", (query, pointer) => {
  const problems = [expect.objectContaining({ pointer })];
  expect(parseAuditQuery(query)).toEqual({ ok: false, problems });
});

it("an instant is read with any offset that the format knows, and handed on in UTC", () => {
  expect(parseAuditQuery({ from: "2026-03-01T00:00:00-23:59" })).toMatchObject({
    value: { filters: { from: "2026-03-01T23:59:00.000Z" } },
  });
});

const entry: AuditEntry = {
  auditId: 1,
  at: "2026-01-01T00:00:00.000Z",
  organizationId: 2,
  entity: "advertiser",
  entityId: 5,
  actor: { label: "leboncoin", apiKeyId: 3, userId: 4, organizationId: 1 },
  requestId: "r",
  before: { name: "A", organizationId: 9 },
  after: { name: "A", organizationId: 2 },
};

it("of who wrote from elsewhere an organisation learns the name of theirs, and of others nothing", () => {
  expect(auditEntryFor(entry, 2)).toEqual({
    ...entry,
    actor: { label: "leboncoin", apiKeyId: null, userId: null, organizationId: null },
    requestId: null,
    before: { name: "A", organizationId: null },
  });
});

it("its own people are told as they are", () => {
  const own = { ...entry, actor: { ...entry.actor, organizationId: 2 }, before: null };
  expect(auditEntryFor(own, 2)).toEqual(own);
});
