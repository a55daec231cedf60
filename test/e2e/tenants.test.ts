import { afterAll, beforeAll, expect, it } from "vitest";
import { type System, startSystem } from "../support/system.ts";
import {
  ask,
  bodyFor,
  type Call,
  type Credentials,
  callsOf,
  countFromForeignIds,
  foreignTraces,
  foreignWord,
  logIn,
  mountedRoutes,
  namesTenantsThing,
  narrowings,
  openTenant,
  openUser,
  pathFor,
  rowsOf,
  type Tenant,
  withCookie,
  withKey,
} from "../support/tenants.ts";

/** Every route that is mounted, a new one too, is tried by every role with the ids of another tenant. */

let system: System;
let own: Tenant;
let foreign: Tenant;
let calls: readonly Call[];
const callers = new Map<string, Credentials>();

beforeAll(async () => {
  system = await startSystem({ PUBLIC_URL: "https://ads.example" });
  own = await openTenant(system, "Agence");
  await countFromForeignIds(system);
  foreign = await openTenant(system, foreignWord);
  const { siteId } = await system.create("/v1/sites", { name: "Journal" });
  await system.create("/v1/placements", {
    siteId,
    code: "top",
    formats: ["native"],
    blockedAdvertiserIds: [foreign.ids.advertiserId, own.ids.advertiserId],
  });
  calls = callsOf(mountedRoutes(system));
  for (const [role, key] of Object.entries(own.keys)) callers.set(role, withKey(key));
  callers.set("person", withCookie(await logIn(system, own.adminEmail)));
}, 60_000);
afterAll(() => system?.close());

/** The long run tries every role; the quick one who may most: an administrator, by a session. */
const tried = process.env.TEST_LONG === "1" ? ["admin", "manager", "reader", "person"] : ["person"];

/** What anybody may ask, by design: whoever adds a line here opens a route to the world. */
const openCalls = [
  "GET /boutiques/:advertiserId",
  "GET /creatives/:creativeId/frame",
  "GET /docs",
  "GET /docs/:file",
  "GET /healthz",
  "GET /media/:file",
  // Of this very machine; others need the token.
  "GET /metrics",
  "GET /openapi.json",
  "GET /openrtb2/n/b/:token",
  "GET /openrtb2/n/l/:token",
  "GET /openrtb2/n/w/:token",
  "GET /openrtb2/sync/:ssp",
  "GET /pourquoi/:token",
  "GET /readyz",
  "GET /startupz",
  "GET /t/c/:token",
  "GET /t/i/:token",
  "GET /t/v/:token",
  "GET /t/x/:pixel",
  "GET /tag/:version/atelier.js",
  "GET /tag/atelier.js",
  "GET /v1/places",
  "GET /v1/sessions/oidc/callback",
  "GET /v1/sessions/oidc/start",
  "GET /v1/transparency",
  "OPTIONS /openrtb2/bid/:ssp",
  "OPTIONS /v1/activity",
  "OPTIONS /v1/ads",
  "POST /openrtb2/bid/:ssp",
  "POST /v1/activity",
  "POST /v1/ads",
  "POST /v1/invitations/accept",
  "POST /v1/sessions",
];

const nameOf = ({ method, path }: Call): string => `${method} ${path}`;

/** They ask with a body, and write nothing. */
const readingCalls = ["POST /v1/zones/preview", "POST /v1/forecasts", "POST /v1/explain"];

/** Signed by the payment provider, whoever brings it. */
const signedCall = "POST /v1/payment-events";

/** They end the caller's own session, whoever's ids there are. */
const endsSession = /^DELETE \/v1\/sessions|^POST \/v1\/me\/password/;

it("without a key or a session only the routes for everybody answer", async () => {
  const open: string[] = [];
  for (const call of calls) {
    const { status } = await ask(system, { ...call, path: pathFor(call.path, foreign) }, {}, {});
    if (status !== 401) open.push(nameOf(call));
  }
  expect(open.sort()).toEqual(openCalls);
});

it.each(tried)("of another tenant nothing answers a %s, and nothing changes", async (who) => {
  const credentials = callers.get(who) ?? {};
  const before = await rowsOf(system, foreign);
  const leaks: string[] = [];
  for (const call of calls) {
    if (openCalls.includes(nameOf(call)) || endsSession.test(nameOf(call))) continue;
    const path = pathFor(call.path, foreign);
    const suffixes = call.path.includes(":") ? [""] : ["", ...narrowings(foreign)];
    for (const suffix of call.method === "GET" ? suffixes : [""]) {
      const asked = { ...call, path: path + suffix };
      const answer = await ask(system, asked, credentials, bodyFor(call, foreign));
      const isRefused = [401, 403, 404].includes(answer.status);
      if (namesTenantsThing(call.path) && !isRefused)
        leaks.push(`${nameOf(call)} answers ${answer.status}: ${answer.text}`);
      if (foreignTraces.test(answer.text)) leaks.push(`${nameOf(asked)} tells ${answer.text}`);
      if (answer.status >= 500) leaks.push(`${nameOf(asked)} fails`);
    }
  }
  expect(leaks).toEqual([]);
  expect(await rowsOf(system, foreign)).toEqual(before);
});

it.each(tried)("what a %s reads of its own says nothing of another tenant", async (who) => {
  const credentials = callers.get(who) ?? {};
  const reads = calls.filter((call) => call.method === "GET" && call.path.startsWith("/v1/"));
  const leaks: string[] = [];
  for (const call of reads) {
    const answer = await ask(system, { ...call, path: pathFor(call.path, own) }, credentials, null);
    if (foreignTraces.test(answer.text)) leaks.push(`${nameOf(call)} tells ${answer.text}`);
  }
  expect(leaks).toEqual([]);
});

it("the same calls tell the other tenant of its own things, so that a leak would show", async () => {
  const credentials = withKey(foreign.keys.admin ?? "");
  const told: string[] = [];
  for (const call of calls.filter(({ method }) => method === "GET")) {
    const path = pathFor(call.path, foreign);
    const answer = await ask(system, { ...call, path }, credentials, null);
    if (answer.status === 200 && foreignTraces.test(answer.text)) told.push(call.path);
  }
  expect(told).toEqual(
    expect.arrayContaining([
      "/v1/me",
      "/v1/organizations",
      "/v1/users/:userId",
      "/v1/keys",
      "/v1/audit",
      "/v1/advertisers/:advertiserId",
      "/v1/campaigns",
      "/v1/campaigns/:campaignId/delivery",
      "/v1/campaigns/:campaignId/history",
      "/v1/creatives",
      "/v1/media/:mediaId",
      "/v1/placements",
    ]),
  );
});

it("the health of another tenant's campaigns is not told, whoever asks", async () => {
  const ids = [foreign.ids.campaignId, own.ids.campaignId].join(",");
  for (const [role, credentials] of callers) {
    const call = { method: "GET", path: `/v1/campaign-health?campaignIds=${ids}&live=true` };
    const answer = await ask(system, call, credentials, null);
    expect([role, answer.status, foreignTraces.test(answer.text)]).toEqual([role, 200, false]);
    expect(answer.text).toContain(`"campaignId":${own.ids.campaignId}`);
  }
});

it("the operator's reviewers and readers write nothing at all", async () => {
  const before = await rowsOf(system, foreign);
  for (const role of ["reviewer", "reader"]) {
    const { body } = await system.post("/v1/keys", { role, label: role });
    const wrote: string[] = [];
    for (const call of calls) {
      const isTheirs = /\/review/.test(call.path) || readingCalls.includes(nameOf(call));
      const isOpen = openCalls.includes(nameOf(call)) || endsSession.test(nameOf(call));
      if (call.method === "GET" || isTheirs || isOpen || nameOf(call) === signedCall) continue;
      const path = pathFor(call.path, foreign);
      const answer = await ask(
        system,
        { ...call, path },
        withKey(body.key),
        bodyFor(call, foreign),
      );
      if (answer.status !== 403) wrote.push(`${nameOf(call)} answers ${answer.status}`);
    }
    expect(wrote).toEqual([]);
  }
  expect(await rowsOf(system, foreign)).toEqual(before);
});

it("an advertiser that moves takes what its old organisation saw with it", async () => {
  const { advertiserId, campaignId } = own.ids;
  const person = await openUser(system, {
    organizationId: foreign.ids.organizationId,
    email: "nouvelle@zebulonie.example",
    name: "Nouvelle",
  });
  const there = withCookie(await logIn(system, person.email));
  const campaign = { method: "GET", path: `/v1/campaigns/${campaignId}` };
  expect((await ask(system, campaign, there, null)).status).toBe(404);
  const { organizationId } = foreign.ids;
  const moved = await system.patch(`/v1/advertisers/${advertiserId}`, { organizationId });
  expect(moved.status).toBe(200);
  expect((await ask(system, campaign, there, null)).status).toBe(200);
  expect((await ask(system, campaign, callers.get("admin") ?? {}, null)).status).toBe(404);
});
