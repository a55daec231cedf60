import { describe, expect, it, test } from "vitest";
import {
  managedOrganizationId,
  maySeeAdvertiser,
  permissionsOf,
  type Role,
  requirePermission,
  roles,
} from "../../../src/campaigns/access.ts";
import type { Caller } from "../../../src/campaigns/repository.ts";
import { neededPermission } from "../../../src/campaigns/routeRules.ts";

const caller = (fields: Partial<Caller> = {}): Caller => ({
  apiKeyId: 1,
  userId: null,
  sessionId: null,
  label: "clé",
  role: "admin",
  scopes: null,
  organizationId: 2,
  isOperator: false,
  advertiserIds: [7],
  requestId: "r",
  ...fields,
});

describe("what roles may", () => {
  const told = (isOperator: boolean) =>
    roles.map((role) => [role, permissionsOf(caller({ role, isOperator })).join(" ")]);

  it("at the operator's", () => {
    expect(told(true)).toEqual([
      [
        "admin",
        "campaigns:read campaigns:write conversions:write reports:read creatives:review accounts platform",
      ],
      ["manager", "campaigns:read campaigns:write conversions:write reports:read"],
      ["reviewer", "campaigns:read reports:read creatives:review"],
      ["reader", "campaigns:read reports:read"],
    ]);
  });

  it("elsewhere, where nobody judges creatives or runs the platform", () => {
    expect(told(false)).toEqual([
      ["admin", "campaigns:read campaigns:write conversions:write reports:read accounts"],
      ["manager", "campaigns:read campaigns:write conversions:write reports:read"],
      ["reviewer", "campaigns:read reports:read"],
      ["reader", "campaigns:read reports:read"],
    ]);
  });
});

it("scopes narrow a role, and never widen it", () => {
  const narrowed = caller({ role: "reader", scopes: ["reports:read", "platform"] });
  expect(permissionsOf(narrowed)).toEqual(["reports:read"]);
  expect(() => requirePermission(narrowed, "campaigns:read")).toThrow(/lacks the scope/);
  expect(() => requirePermission(narrowed, "campaigns:write")).toThrow("This key may only read.");
});

it("an administrator elsewhere manages one organisation, a manager of the operator none but its own", () => {
  expect(managedOrganizationId(caller())).toBe(2);
  const operators = (role: Role) => caller({ role, isOperator: true, organizationId: 1 });
  expect(managedOrganizationId(operators("admin"))).toBeNull();
  expect(managedOrganizationId(operators("manager"))).toBe(1);
});

it("an advertiser that is not listed is not seen, and none is where the list is empty", () => {
  expect([7, 8].map((id) => maySeeAdvertiser(caller(), id))).toEqual([true, false]);
  expect(maySeeAdvertiser(caller({ advertiserIds: [] }), 7)).toBe(false);
  expect(maySeeAdvertiser(caller({ advertiserIds: null }), 8)).toBe(true);
});

test.each([
  ["GET", "/v1/campaigns", "campaigns:read"],
  ["HEAD", "/v1/campaigns/3", "campaigns:read"],
  ["PATCH", "/v1/campaigns/3", "campaigns:write"],
  ["PATCH", "/V1/Campaigns/3//", "campaigns:write"],
  ["GET", "/v1/campaigns/3/spending/", "reports:read"],
  ["POST", "/v1/campaigns/3/credits", "platform"],
  ["GET", "/v1/Users", "accounts"],
  ["POST", "/v1/users/3/invitation", "accounts"],
  ["DELETE", "/v1/keys/3", "accounts"],
  ["GET", "/v1/audit", "accounts"],
  ["GET", "/v1/organizations/2", null],
  ["PATCH", "/v1/organizations/2", "accounts"],
  ["POST", "/v1/advertisers", "accounts"],
  ["PATCH", "/v1/advertisers/2", "campaigns:write"],
  ["GET", "/v1/sites", "campaigns:read"],
  ["POST", "/v1/sites", "platform"],
  ["GET", "/v1/ssps/demo/spending", "platform"],
  ["GET", "/v1/me", null],
  ["DELETE", "/v1/sessions/current", null],
  ["POST", "/v1/something-new", "campaigns:write"],
  ["GET", "/v1/something-new/5", "campaigns:read"],
  ["PURGE", "", "campaigns:write"],
])("%s %s needs %s", (method, path, needed) => {
  expect(neededPermission(method, path)).toBe(needed);
});
