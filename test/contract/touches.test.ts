import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TrackedEventKind, TrackingClaims } from "../../src/serving/ports.ts";
import { readTouches, rememberTouch } from "../../src/stores/redis/touches.ts";
import { clickOf, keyOfVisitor, openConversions, signed } from "../support/conversions.ts";
import { asked, claimsOf, type Money, noonMs, openMoney, winner } from "../support/money.ts";
import {
  freshDatabase,
  freshRedis,
  type TestDatabase,
  type TestRedis,
} from "../support/servers.ts";
import { until } from "../support/until.ts";
import { type TcStringFields, writeTcString } from "../unit/consent/writeTcString.ts";

const dayMs = 86_400_000;
const visitor = signed("v-1");
const visitorKey = keyOfVisitor("v-1");

let server: TestRedis;
let database: TestDatabase;
let money: Money;
let shop: ReturnType<typeof openConversions>;

beforeEach(async () => {
  [server, database] = await Promise.all([freshRedis(), freshDatabase()]);
  money = await openMoney(server.url);
  await money.openBuckets();
  shop = openConversions(money.redis, database.url);
});
afterEach(async () => {
  money.close();
  await shop.close();
  await Promise.all([server.close(), database.drop()]);
});

/** Shows an ad to the visitor; gives what tells its events. */
async function shown(changes: Partial<TrackingClaims> = {}, key: string | null = visitorKey) {
  const winning = winner({ campaignId: changes.campaignId ?? 12 });
  await money.holdBudgets([winning], asked({ visitorKey: key }));
  const claims = claimsOf(winning, { mayMeasure: true, ...changes });
  return (kind: TrackedEventKind, timeMs = noonMs) => money.record(kind, claims, timeMs);
}
const touches = () => readTouches(money.redis, visitorKey, 7);
const kinds = async () => (await touches()).map(({ kind, atMs }) => `${kind} ${atMs - noonMs}`);

describe("what a visitor did with ads", () => {
  it("is remembered where it may be measured, and then brings conversions without a click id", async () => {
    const tell = await shown();
    await tell("impression", noonMs + 1_000);
    await until(async () => (await touches()).length === 1);
    shop.clock.nowMs = noonMs + 61_000;
    expect(await shop.tell({ orderId: "A-1", visitor, gdpr: false })).toEqual({
      status: "counted",
      campaignId: 12,
      attributedBy: "view",
      lagSeconds: 60,
    });
    await tell("click", noonMs + 2_000);
    await until(async () => (await touches()).length === 2);
    expect(await shop.tell({ orderId: "A-2", visitor, gdpr: false })).toMatchObject({
      attributedBy: "click",
      lagSeconds: 59,
    });
  });

  it("is not remembered where it may not be measured, of nobody, of views in view, or in tests", async () => {
    await (await shown({ mayMeasure: false }))("impression");
    await (await shown({}, null))("impression");
    await (await shown({ test: true }))("impression");
    await (await shown())("viewable");
    await (await shown())("impression");
    await until(async () => (await touches()).length > 0);
    expect(await kinds()).toEqual(["view 0"]);
    expect(await money.redis.keys("*:t")).toEqual([`{v:${visitorKey}}:t`]);
  });

  it("is looked at only for a visitor whom the site has signed and who allows it now", async () => {
    await (await shown())("impression");
    await until(async () => (await touches()).length === 1);
    const reasonOf = async (report: object) => {
      const outcome = await shop.tell({ orderId: "A-1", ...report });
      return outcome.status === "unattributed" ? outcome.reason : outcome.status;
    };
    const us = { ranges: [[612, 612]] } as const;
    const consent = (changes: TcStringFields) =>
      writeTcString({
        lastUpdatedMs: noonMs - dayMs,
        policyVersion: 5,
        purposesConsent: [1, 7],
        vendorConsents: us,
        disclosedVendors: us,
        ...changes,
      });
    expect(await reasonOf({ visitor })).toBe("no_consent");
    expect(await reasonOf({ visitor, gdpr: true })).toBe("no_consent");
    expect(await reasonOf({ visitor, consent: consent({ purposesConsent: [1] }) })).toBe(
      "no_consent",
    );
    expect(await reasonOf({ visitor, consent: consent({ purposesConsent: [7] }) })).toBe(
      "no_consent",
    );
    const unsigned = { site: visitor.site, id: visitor.id };
    expect(await reasonOf({ visitor: unsigned, gdpr: false })).toBe("no_touch");
    const signature = signed("v-2").signature;
    expect(await reasonOf({ visitor: { ...visitor, signature }, gdpr: false })).toBe("no_touch");
    expect(await reasonOf({ visitor: { ...visitor, site: "other" }, gdpr: false })).toBe(
      "no_touch",
    );
    expect(await reasonOf({ visitor: signed("v-2"), gdpr: false })).toBe("no_touch");
    expect(await reasonOf({ visitor, consent: consent({}) })).toBe("counted");
  });

  it("counts with a click id too: the later click of the two", async () => {
    await (await shown({ campaignId: 13 }))("click", noonMs);
    await until(async () => (await touches()).length === 1);
    shop.clock.nowMs = noonMs + 60_000;
    const earlier = { visitor, gdpr: false, clickId: clickOf() };
    expect(await shop.tell({ orderId: "1", ...earlier })).toMatchObject({ campaignId: 13 });
    const later = { visitor, gdpr: false, clickId: clickOf({ atMs: noonMs + 1 }) };
    expect(await shop.tell({ orderId: "2", ...later })).toMatchObject({ campaignId: 12 });
  });

  it("is the same however often and in whatever order it is told, three of a kind and shop", async () => {
    const ads = await Promise.all([1, 2, 3, 4].map(() => shown()));
    for (const [index, tell] of ads.toReversed().entries()) {
      await tell("impression", noonMs + index);
      await tell("impression", noonMs + index + 1_000);
    }
    await until(async () => (await touches()).length === 3);
    await until(async () => (await kinds()).join() === "view 3,view 2,view 1");
  });

  it("is bounded: clicks and the latest views stay when shops become too many", async () => {
    const touch = { ...claimsOf(winner()), kind: "view", atMs: noonMs } as const;
    const remember = (advertiserId: number, changes: object = {}) =>
      rememberTouch(
        money.redis,
        visitorKey,
        { ...touch, advertiserId, ...changes },
        noonMs + advertiserId,
      );
    for (let id = 1; id <= 20; id++) await remember(id, { kind: "click", atMs: noonMs + id });
    for (let id = 1; id <= 600; id++) await remember(id, { atMs: noonMs + id });
    const key = `{v:${visitorKey}}:t`;
    const fields = await money.redis.hkeys(key);
    expect(fields.length).toBeLessThanOrEqual(202);
    for (let id = 1; id <= 20; id++) expect(fields).toContain(`c${id}`);
    for (let id = 500; id <= 600; id++) expect(fields).toContain(`v${id}`);
    expect(await money.redis.memory("USAGE", key)).toBeLessThan(60_000);
  });

  it("is forgotten: views after a week, clicks after a month, and the whole with the last of them", async () => {
    const touch = { ...claimsOf(winner()), atMs: noonMs } as const;
    const remember = (kind: "view" | "click", advertiserId: number, atMs: number) =>
      rememberTouch(money.redis, visitorKey, { ...touch, kind, advertiserId, atMs }, atMs);
    const key = `{v:${visitorKey}}:t`;
    await remember("view", 1, noonMs);
    await remember("click", 1, noonMs);
    await remember("view", 2, noonMs + 7 * dayMs);
    expect((await money.redis.hkeys(key)).sort()).toEqual(["c1", "p", "v2"]);
    await remember("view", 3, noonMs + 30 * dayMs);
    expect((await money.redis.hkeys(key)).sort()).toEqual(["p", "v3"]);
    const lifeMs = await money.redis.pttl(key);
    expect(lifeMs).toBeGreaterThan(29.9 * dayMs);
    expect(lifeMs).toBeLessThanOrEqual(30 * dayMs);
  });
});
