import { randomUUID } from "node:crypto";
import request from "supertest";
import { describe, expect, it } from "vitest";
import { createManagementApp } from "../../../src/app.ts";
import { createConsentReader } from "../../../src/consent/consentOf.ts";
import { type ActivityRouterDeps, activityRouter } from "../../../src/routes/activity.ts";
import { createCollectActivity } from "../../../src/serving/collectActivity.ts";
import type { ServingEvent } from "../../../src/serving/ports.ts";
import { createRecentIds } from "../../../src/serving/recentIds.ts";
import { signVisitorId } from "../../../src/serving/siteAccess.ts";
import { browser } from "../../support/browser.ts";
import { frenchLocator } from "../../support/geography.ts";

const nowMs = Date.UTC(2026, 5, 1, 12);
const secret = "a secret of the site, known to its servers";
const site = {
  siteId: 1,
  key: "petite-annonce",
  allowedOrigins: ["https://www.exemple.fr"],
  visitorSecret: secret,
};
const view = (fields: object = {}) => ({ eventId: randomUUID(), kind: "page_view", ...fields });

function serving(changes: Partial<ActivityRouterDeps> = {}) {
  const emitted: ServingEvent[] = [];
  const faults: unknown[] = [];
  const router = activityRouter({
    collectActivity: createCollectActivity({
      readConsent: createConsentReader({ vendorId: 1, role: "vendor" }),
      locator: frenchLocator,
      locateAddress: null,
      visitorKeyOf: (id) => `key ${id}`,
      accountKeyOf: (id) => `key ${id}`,
      recentIds: createRecentIds(),
      emit: (event) => emitted.push(event),
      hearActivity: [],
      count: () => undefined,
    }),
    findSite: (key) => (key === site.key ? site : null),
    sitePolicy: { requireSiteKey: true, requireSignedVisitors: true },
    addressOf: () => "203.0.113.7",
    requestsPerMinute: 0,
    nowMs: () => nowMs,
    monotonicMs: () => 0,
    ...changes,
  });
  const app = createManagementApp({
    trustedProxies: 0,
    reportFault: (report) => faults.push(report),
    routers: [router],
  });
  const post = (body: object | string) =>
    request(app).post("/v1/activity").set("user-agent", browser).send(body);
  return { app, post, emitted };
}

describe("POST /v1/activity", () => {
  it("says what became of a report, and of the same one again", async () => {
    const { post, emitted } = serving();
    const body = { site: site.key, events: [view(), view({ inseeCode: "99999" })] };
    const first = await post(body);
    expect([first.status, first.body]).toEqual([
      202,
      {
        accepted: 2,
        duplicates: 0,
        profiled: 0,
        placeProblems: [
          {
            pointer: "/events/1/inseeCode",
            rule: "is a place that we do not know; it was left out",
          },
        ],
      },
    ]);
    expect((await post(body)).body).toMatchObject({ accepted: 0, duplicates: 2 });
    expect(emitted).toHaveLength(2);
  });

  it("takes a beacon, whose answer nobody reads, of the site's pages alone", async () => {
    const { app, emitted } = serving();
    const beacon = (origin: string) =>
      request(app)
        .post("/v1/activity")
        .set("user-agent", browser)
        .set("content-type", "text/plain;charset=UTF-8")
        .set("origin", origin)
        .send(JSON.stringify({ site: site.key, event: view() }));
    const taken = await beacon("https://www.exemple.fr");
    expect([taken.status, taken.text]).toEqual([204, ""]);
    expect(taken.headers["access-control-allow-origin"]).toBe("https://www.exemple.fr");
    const refused = await beacon("https://voleur.example");
    expect([refused.status, refused.body.type]).toEqual([
      403,
      "urn:atelier:problem:origin_not_allowed",
    ]);
    expect(refused.headers).not.toHaveProperty("access-control-allow-origin");
    expect(emitted).toHaveLength(1);
    const preflight = await request(app).options("/v1/activity").set("origin", "https://x.fr");
    expect(preflight.status).toBe(204);
  });

  it("knows visitors and accounts by their site's signature alone", async () => {
    const { post, emitted } = serving();
    const report = (visitor: object) =>
      post({ site: site.key, visitor: { gdpr: false, ...visitor }, event: view() });
    await report({ id: "v-1", accountId: "a-1" });
    await report({ id: "v-1", signature: signVisitorId(secret, "v-1") });
    await report({ accountId: "a-1", accountSignature: signVisitorId(secret, "account\na-1") });
    // A visitor's signature says nothing of an account of the same name.
    await report({ accountId: "v-1", accountSignature: signVisitorId(secret, "v-1") });
    const keys = emitted.map(({ payload }) => [payload.visitorKey, payload.accountKey]);
    expect(keys).toEqual([
      [undefined, undefined],
      ["key v-1", undefined],
      [undefined, "key account\na-1"],
      [undefined, undefined],
    ]);
  });

  it("refuses what is wrong with words, and keeps nothing of it", async () => {
    const { post, emitted } = serving();
    const statusOf = async (body: object | string) => (await post(body)).status;
    expect(await statusOf({ event: view() })).toBe(401);
    expect(await statusOf({ site: "nobody", event: view() })).toBe(401);
    expect(await statusOf({ site: site.key })).toBe(422);
    const wrong = await post({ site: site.key, events: [view(), view({ kind: "look" })] });
    expect([wrong.status, wrong.body.errors]).toEqual([
      422,
      [
        {
          pointer: "/events/1/kind",
          rule: "must be one of page_view, search, listing_view, contact, deposit",
        },
      ],
    ]);
    const large = { site: site.key, event: view({ text: "x".repeat(66_000) }) };
    expect(await statusOf(large)).toBe(413);
    expect(emitted).toEqual([]);
  });

  it("keeps nothing of robots, and says so", async () => {
    const { post, emitted } = serving({ screenCaller: () => "bot" });
    const { status, body } = await post({ site: site.key, event: view() });
    expect([status, body]).toEqual([
      202,
      { accepted: 0, duplicates: 0, profiled: 0, placeProblems: [], invalidTraffic: "bot" },
    ]);
    expect(emitted).toEqual([]);
  });

  it("takes so many reports a minute of one address", async () => {
    const clock = { ms: 0 };
    let address = "203.0.113.7";
    const { post } = serving({
      requestsPerMinute: 2,
      monotonicMs: () => clock.ms,
      addressOf: () => address,
    });
    const report = () => post({ site: site.key, event: view() });
    expect([(await report()).status, (await report()).status]).toEqual([202, 202]);
    const refused = await report();
    expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "30"]);
    address = "203.0.113.8";
    expect((await report()).status).toBe(202);
    address = "203.0.113.7";
    clock.ms = 30_000;
    expect((await report()).status).toBe(202);
  });
});
