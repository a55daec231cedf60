import { requirePermission, type Scope } from "./access.ts";
import type { Caller } from "./repository.ts";

/** Null = whoever is known. */
type Needed = Scope | null;

/**
 * Method, path, and the permission that it needs; the first line that fits counts. `*` is any method, in a path one step
 * or, at its end, all that follow. A route that stands nowhere here needs the last lines: to read or to write campaigns.
 */
const rules: readonly (readonly [string, string, Needed])[] = [
  ["*", "/v1/me/*", null],
  ["*", "/v1/sessions/*", null],
  ["GET", "/v1/organizations/*", null],
  ["POST", "/v1/advertisers", "accounts"],
  ["*", "/v1/organizations/*", "accounts"],
  ["*", "/v1/users/*", "accounts"],
  ["*", "/v1/keys/*", "accounts"],
  ["GET", "/v1/audit/*", "accounts"],
  ["GET", "/v1/sites/*", "campaigns:read"],
  ["GET", "/v1/placements/*", "campaigns:read"],
  ["GET", "/v1/segments/*/definition", "platform"],
  ["GET", "/v1/segments/*", "campaigns:read"],
  ["*", "/v1/sites/*", "platform"],
  ["*", "/v1/placements/*", "platform"],
  ["*", "/v1/segments/*", "platform"],
  ["*", "/v1/ssps/*", "platform"],
  ["GET", "/v1/system", "platform"],
  ["*", "/v1/live-settings", "platform"],
  ["*", "/openrtb2/*", "platform"],
  ["*", "/v1/visitors/*", "platform"],
  ["*", "/v1/webhooks/*", "accounts"],
  ["POST", "/v1/campaigns/*/credits", "platform"],
  ["GET", "/v1/reviews/*", "creatives:review"],
  ["POST", "/v1/creatives/*/review", "creatives:review"],
  ["PUT", "/v1/*/*/suspension", "platform"],
  ["DELETE", "/v1/*/*/suspension", "platform"],
  ["PUT", "/v1/advertisers/*/review-settings", "platform"],
  ["PUT", "/v1/advertisers/*/credit-limit", "platform"],
  ["GET", "/v1/advertisers/*/account", "reports:read"],
  ["GET", "/v1/advertisers/*/payments", "reports:read"],
  ["POST", "/v1/payments/*/refunds", "platform"],
  ["POST", "/v1/invoices", "platform"],
  ["GET", "/v1/invoices/*", "reports:read"],
  ["GET", "/v1/campaigns/*/ledger", "reports:read"],
  ["GET", "/v1/campaigns/*/spending", "reports:read"],
  ["GET", "/v1/campaigns/*/delivery", "reports:read"],
  ["GET", "/v1/campaigns/*/pacing", "reports:read"],
  ["GET", "/v1/campaigns/*/diagnosis", "reports:read"],
  ["GET", "/v1/campaigns/*/conversions", "reports:read"],
  ["GET", "/v1/campaign-health/*", "reports:read"],
  ["GET", "/v1/reports/*", "reports:read"],
  ["*", "/v1/forecasts/*", "reports:read"],
  ["*", "/v1/explain/*", "reports:read"],
  // About the site, not about any tenant.
  ["GET", "/v1/demand-forecast", null],
  ["GET", "/v1/insights/*", null],
  // Ads are for everybody; who may have them explained is decided there.
  ["*", "/v1/ads", null],
  ["*", "/v1/conversions/*", "conversions:write"],
  ["*", "/v1/zones/*", "campaigns:read"],
  ["GET", "*", "campaigns:read"],
  ["*", "*", "campaigns:write"],
];

const compiled = rules.map(([method, path, scope]) => ({
  method,
  steps: path.split("/"),
  scope,
}));

/** The permission that a request needs before its route looks closer; null = none but to be known. Pure. */
export function neededPermission(method: string, path: string): Needed {
  const asked = method === "HEAD" ? "GET" : method;
  // As the router compares: without regard to case or to a slash at the end.
  const steps = path.toLowerCase().replace(/\/+$/, "").split("/");
  const rule = compiled.find(
    (one) => (one.method === "*" || one.method === asked) && fits(one.steps, steps),
  );
  return rule === undefined ? "campaigns:write" : rule.scope;
}

function fits(pattern: readonly string[], steps: readonly string[]): boolean {
  const last = pattern.length - 1;
  const isOpen = pattern[last] === "*";
  const fixed = isOpen ? pattern.slice(0, last) : pattern;
  if (isOpen ? steps.length < fixed.length : steps.length !== fixed.length) return false;
  return fixed.every((step, index) => step === "*" || step === steps[index]);
}

/** Throws PublicError `forbidden` when the caller's role or scopes do not reach so far. */
export function requireRoute(caller: Caller, method: string, path: string): void {
  const needed = neededPermission(method, path);
  if (needed !== null) requirePermission(caller, needed);
}
