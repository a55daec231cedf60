import { createHash, createHmac } from "node:crypto";
import express from "express";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createVisitorKeyOf } from "../../src/audience/visitorKey.ts";
import { createLog } from "../../src/compose/log.ts";
import { composeUserSync, type UserSync } from "../../src/compose/userSync.ts";
import type { Config } from "../../src/config.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { parseBidRequest } from "../../src/openrtb/parseBidRequest.ts";
import { createProblemHandler } from "../../src/routes/problem.ts";
import {
  buyerUidKeyFrom,
  newVisitorId,
  openBuyerUid,
  visitorIdLifeMs,
} from "../../src/serving/buyerUid.ts";
import { connectRedis, type RedisClient, redisReady } from "../../src/stores/redis/connect.ts";
import { sspOf } from "../support/notices.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";
import { until } from "../support/until.ts";
import { granted, nowMs, ourVendorId } from "../unit/consent/grantedConsent.ts";
import { writeTcString } from "../unit/consent/writeTcString.ts";

const secret = "a secret that is long enough for every test";
const key = buyerUidKeyFrom(secret);
const sspKey = "ssp_a-key-that-only-the-ssp-and-its-own-servers-know";
const keyHash = createHash("sha256").update(sspKey).digest();
const demo = sspOf({
  keyHash,
  syncUrl: "https://sync.ssp.example/set?b=atelier&uid={uid}&gdpr={gdpr}&c={gdpr_consent}",
});
const { href: storedUrl } = new URL("https://sync.path.example/set/{uid}/$UID?c={gdpr}");
const paths = sspOf({ sspId: 5, name: "paths", syncUrl: storedUrl });
const silent = sspOf({ sspId: 4, name: "silent", keyHash });
const keyless = sspOf({ sspId: 6, name: "keyless" });
const wild = sspOf({ sspId: 7, name: "wild", syncUrl: "https://{uid}.{gdpr_consent}.example/" });

let server: TestRedis;
let redis: RedisClient;
let sync: UserSync;
let app: express.Express;
let clockMs = nowMs;

beforeAll(async () => {
  server = await freshRedis();
  redis = connectRedis({ url: server.url, commandTimeoutMs: 5_000 });
  await redisReady(redis);
  sync = composeUserSync(
    { visitorSecret: secret, tcfVendorId: ourVendorId } as Config,
    { redis, clock: { nowMs: () => clockMs } },
    {
      publicUrl: "https://ads.example",
      findSsp: (name) =>
        [demo, silent, paths, keyless, wild].find((ssp) => ssp.name === name) ?? null,
    },
    createMetrics(),
    createLog("silent"),
  );
  app = express();
  app.set("query parser", "simple");
  app.use(sync.router);
  app.use(createProblemHandler((report) => expect(report).toBeUndefined()));
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

const consent = writeTcString(granted);
const refused = writeTcString({ ...granted, purposesConsent: [2, 3, 4, 7] });
const withoutUs = writeTcString({ ...granted, vendorConsents: { ranges: [[1, 5]] } });

const ask = (query: Readonly<Record<string, string>>, cookie?: string, ssp = "demo") => {
  const asking = request(app).get(`/openrtb2/sync/${ssp}`).query(query);
  return cookie === undefined ? asking : asking.set("cookie", `other=1; atelier_uid=${cookie}`);
};
const setCookieOf = (response: request.Response) => String(response.headers["set-cookie"] ?? "");
const sayingYes = { gdpr: "1", gdpr_consent: consent };
const known = newVisitorId(nowMs);

/** An id of the SSP's own, as its servers sign it for the page. */
function signed(
  uid: string,
  ssp = "demo",
  expires = Math.floor(nowMs / 1_000) + 300,
  key = sspKey,
) {
  const secret = createHash("sha256").update(key).digest();
  const mac = createHmac("sha256", secret).update(`${ssp}.${uid}.${expires}`);
  return { uid, uid_exp: String(expires), uid_sig: mac.digest("base64url") };
}

describe("a user sync", () => {
  it("gives a new browser a cookie, and the SSP our id once the browser has kept it", async () => {
    const first = await ask(sayingYes);
    expect(first.status).toBe(302);
    const cookie =
      /^atelier_uid=([^;]+); Max-Age=(\d+); Path=\/openrtb2; Secure; HttpOnly; SameSite=None$/.exec(
        setCookieOf(first),
      );
    const visitorId = cookie?.[1] ?? "";
    expect(Number(cookie?.[2])).toBeLessThanOrEqual(visitorIdLifeMs / 1_000);
    expect(first.headers.location).toMatch(
      /^\/openrtb2\/sync\/demo\?gdpr=1&gdpr_consent=.+&check=1$/,
    );
    const second = await request(app)
      .get(first.headers.location ?? "")
      .set("cookie", `atelier_uid=${visitorId}`);
    expect(second.status).toBe(302);
    expect(setCookieOf(second)).toBe("");
    const target = new URL(second.headers.location ?? "");
    expect(target.host).toBe("sync.ssp.example");
    expect(target.searchParams.get("gdpr")).toBe("1");
    expect(target.searchParams.get("c")).toBe(consent);
    const uid = target.searchParams.get("uid") ?? "";
    expect(openBuyerUid(uid, demo.sspId, key)).toBe(visitorId);
    expect(uid).not.toBe(visitorId);
  });

  it("leaves a browser alone that keeps no cookies of others", async () => {
    const first = await ask(sayingYes);
    const second = await request(app).get(first.headers.location ?? "");
    expect(second.status).toBe(204);
    expect(setCookieOf(second)).toBe("");
  });

  it("fills macros in the path of the sync URL as it is stored", async () => {
    const { headers } = await ask(sayingYes, known, "paths");
    const [, , first = "", second = ""] = new URL(headers.location ?? "").pathname.split("/");
    expect(openBuyerUid(first, paths.sspId, key)).toBe(known);
    expect(second).toBe(first);
  });

  it("sends nobody round in circles who comes with another mark than ours", async () => {
    const first = await ask({ ...sayingYes, check: "0" });
    const second = await request(app).get(first.headers.location ?? "");
    expect(second.status).toBe(204);
  });

  it("reads, gives and tells nothing without consent to storage for us, whoever asks", async () => {
    const asks: readonly Readonly<Record<string, string>>[] = [
      {},
      { gdpr: "1" },
      { gdpr: "1", gdpr_consent: "undefined" },
      { gdpr: "1", gdpr_consent: refused },
      { gdpr: "1", gdpr_consent: withoutUs },
      { gdpr: "0", coppa: "1" },
      { gdpr: "0", gpp_sid: "2" },
    ];
    for (const one of asks) {
      const response = await ask({ ...one, ...signed("theirs") });
      expect([response.status, setCookieOf(response)]).toEqual([204, ""]);
      expect((await ask({ ...one, ...signed("theirs") }, known)).headers.location).toBeUndefined();
    }
    expect(await redis.keys("*")).toEqual([]);
  });

  it("takes the cookie and the link away when the visitor says no, and only then", async () => {
    await ask({ ...sayingYes, ...signed("theirs") }, known);
    expect(await redis.keys("{l:*")).toHaveLength(1);
    const silence = await ask({ gdpr: "1", ...signed("theirs") }, known);
    // Nobody else unties what the SSP has tied.
    const other = signed("theirs", "demo", undefined, "ssp_another");
    await ask({ gdpr: "1", gdpr_consent: refused, ...other }, known);
    expect(await redis.keys("{l:*")).toHaveLength(1);
    expect(setCookieOf(silence)).toBe("");
    const no = await ask({ gdpr: "1", gdpr_consent: refused, ...signed("theirs") }, known);
    expect(no.status).toBe(204);
    expect(setCookieOf(no)).toContain("atelier_uid=; Max-Age=0");
    expect(await redis.keys("*")).toEqual([]);
    const never = await request(app)
      .get("/openrtb2/sync/demo?gdpr=0")
      .set("sec-gpc", "1")
      .set("cookie", `atelier_uid=${known}`);
    expect(setCookieOf(never)).toContain("Max-Age=0");
  });

  it("needs no consent where the law does not apply, and reads it from GPP too", async () => {
    expect((await ask({ gdpr: "0" }, known)).status).toBe(302);
    expect((await ask({ gpp: `DBABMA~${consent}`, gpp_sid: "2" }, known)).status).toBe(302);
  });

  it("makes a new id of one that is 13 months old, and of what is none of ours", async () => {
    const old = newVisitorId(nowMs - visitorIdLifeMs);
    for (const cookie of [old, "x", "0000.AAAAAAAAAAAAAAAAAAAAAA", "%00"]) {
      const response = await ask(sayingYes, cookie);
      expect(response.status).toBe(302);
      expect(setCookieOf(response)).toMatch(/^atelier_uid=[0-9a-z]{4}\.[\w-]{22};/);
    }
  });

  it("sends nobody anywhere but to the host of the SSP's own address", async () => {
    const to = (redirect: string, ssp = "demo") => ask({ ...sayingYes, redirect }, known, ssp);
    const good = await to("https://sync.ssp.example/setuid?bidder=atelier&uid=$UID");
    const uid = new URL(good.headers.location ?? "").searchParams.get("uid") ?? "";
    expect(openBuyerUid(uid, demo.sspId, key)).toBe(known);
    const bad = [
      "https://evil.example/?uid={uid}",
      "http://sync.ssp.example/",
      "https://sync.ssp.example@evil.example/",
      "https://user:pass@sync.ssp.example/",
      "https://sync.ssp.example:444/",
      "//sync.ssp.example/",
      "javascript:alert(1)",
      "https://{uid}/",
      "x",
    ];
    for (const redirect of bad) {
      const response = await to(redirect);
      expect([redirect, response.status]).toEqual([redirect, 400]);
      expect(response.body.errors[0].pointer).toBe("redirect");
    }
    expect((await to("https://sync.ssp.example/", "silent")).status).toBe(400);
    await ask({}, undefined, "nobody").expect(404);
  });

  it("of an SSP that keeps no id of ours remembers its own beside ours, sealed, for bids that bring it", async () => {
    const visitorOf = (id: string) => {
      const eids = [{ source: "silent", uids: [{ id, atype: 1 }] }];
      const imp = [{ id: "1", banner: { w: 300, h: 250 } }];
      const parsed = parseBidRequest({ id: "1", imp, user: { eids } });
      if (!parsed.ok) throw new Error(parsed.problem);
      return sync.visitorOfBid(parsed.request, silent, {
        mayStore: true,
        mayPersonalise: true,
        mayUsePlace: true,
        mayUsePrecisePlace: true,
        mayMeasure: true,
        basis: "tc_string",
      });
    };
    expect((await ask({ ...sayingYes }, known, "silent")).status).toBe(204);
    expect(await redis.keys("*")).toEqual([]);
    const told = await ask({ ...sayingYes, ...signed("S-1", "silent") }, known, "silent");
    expect([told.status, told.headers.location]).toEqual([204, undefined]);
    const [name = ""] = await redis.keys("{l:*");
    expect(name).toBe(`{l:${createVisitorKeyOf(secret)("link 4 S-1")}}`);
    expect(await redis.get(name)).not.toContain(known);
    expect(await redis.pttl(name)).toBeGreaterThan(89 * 86_400_000);
    // The first bid goes out without a wait; the next one knows.
    expect(visitorOf("S-1")).toBe("eid silent S-1");
    await until(() => visitorOf("S-1") === known);
    expect(visitorOf("S-2")).toBe("eid silent S-2");
    clockMs = nowMs + visitorIdLifeMs;
    expect(visitorOf("S-1")).toBe("eid silent S-1");
    clockMs = nowMs;
  });

  it("ties an id of the SSP's to a browser only as the SSP itself has signed it, for this hour", async () => {
    await redis.flushdb();
    const seconds = Math.floor(nowMs / 1_000);
    const right = signed("S-9", "silent");
    const wrong: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ["silent", { uid: "S-9" }],
      ["silent", { ...right, uid: "S-8" }],
      ["silent", { ...right, uid_exp: String(seconds + 301) }],
      ["silent", { ...right, uid_sig: `${right.uid_sig.slice(0, -2)}AA` }],
      ["silent", { ...right, uid_sig: "" }],
      ["silent", signed("S-9", "demo")],
      ["silent", signed("S-9", "silent", seconds)],
      ["silent", signed("S-9", "silent", seconds + 3_601)],
      ["silent", signed("S-9", "silent", undefined, "ssp_another")],
      ["keyless", signed("S-9", "keyless", undefined, "")],
    ];
    for (const [ssp, query] of wrong) {
      const response = await ask({ ...sayingYes, ...query }, known, ssp);
      expect([ssp, response.status, await redis.keys("*")]).toEqual([ssp, 204, []]);
    }
    // What else the sync is for goes on.
    expect((await ask({ ...sayingYes, uid: "S-9" }, known)).status).toBe(302);
    expect(await redis.keys("*")).toEqual([]);
    await ask({ ...sayingYes, ...right }, known, "silent");
    expect(await redis.keys("{l:*")).toHaveLength(1);
  });

  it("leads nowhere by a stored address whose host hangs on macros, and is no fault", async () => {
    for (const consentText of [consent, "%", "a b", "x".repeat(3_000)]) {
      const response = await ask({ gdpr: "0", gdpr_consent: consentText }, known, "wild");
      expect([response.status, response.headers.location]).toEqual([204, undefined]);
    }
  });

  it("of any parameters is answered, never a fault", async () => {
    const strange = [
      "gdpr=1&gdpr=0",
      "uid=%FF%FE",
      `uid=${"x".repeat(300)}`,
      "gpp=~~~&gpp_sid=,,",
      "%",
    ];
    for (const query of strange) {
      const response = await request(app)
        .get(`/openrtb2/sync/demo?${query}`)
        .set("cookie", "atelier_uid; =; atelier_uid=");
      expect([200, 204, 302, 400]).toContain(response.status);
    }
  });
});
