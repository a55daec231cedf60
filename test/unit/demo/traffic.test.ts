import { TCString } from "@iabtechlabtcf/core";
import { expect, test } from "vitest";
import { createConsentReader } from "../../../src/consent/consentOf.ts";
import { createRandom } from "../../../src/demo/random.ts";
import { wholeChoice, writeTcString } from "../../../src/demo/tcString.ts";
import { drawActivity } from "../../../src/demo/traffic/drawActivity.ts";
import { createDrawVisit } from "../../../src/demo/traffic/drawVisit.ts";
import { adsOfAnswer, followAd } from "../../../src/demo/traffic/followAds.ts";
import { runTraffic } from "../../../src/demo/traffic/runTraffic.ts";
import { eventsOfBody, parseActivityBody } from "../../../src/serving/activityBody.ts";
import { createAdsBodyValidator } from "../../../src/serving/validateAdsBody.ts";
import { demoNowMs, demoPlaces } from "../../support/demoShops.ts";

const towns = demoPlaces.map((place) => ({ ...place, postalCode: place.postalCodes[0] ?? "" }));
const drawing = { towns, siteKey: "demo-site", vendorId: 1 } as const;
const readConsent = createConsentReader({ vendorId: 1, role: "vendor" });

test("the consent strings of the demo are TCF strings that others read too, and say what was chosen", () => {
  for (const accepts of [true, false]) {
    const tcString = writeTcString(wholeChoice(accepts, 7, demoNowMs));
    const model = TCString.decode(tcString);
    expect(model.purposeConsents.has(1)).toBe(accepts);
    expect(model.purposeConsents.size).toBe(accepts ? 11 : 0);
    expect(model.specialFeatureOptins.has(1)).toBe(accepts);
    expect(model.vendorConsents.has(7)).toBe(accepts);
    expect(model.vendorsDisclosed.has(7)).toBe(true);
    expect(model.policyVersion).toBe(5);
  }
  const consent = { tcString: writeTcString(wholeChoice(true, 1, demoNowMs)) };
  expect(readConsent(consent, demoNowMs)).toMatchObject({
    mayPersonalise: true,
    mayUsePrecisePlace: true,
    basis: "tc_string",
  });
  const refusal = { tcString: writeTcString(wholeChoice(false, 1, demoNowMs)) };
  expect(readConsent(refusal, demoNowMs).basis).toBe("vendor_refused");
});

test("visits are sound requests, half of them from around Limoges, with every kind of choice", () => {
  const draw = createDrawVisit(drawing);
  const random = createRandom(1);
  const validate = createAdsBodyValidator();
  const bases = new Set<string>();
  for (let visit = 0; visit < 300; visit++) {
    const { body, userAgent } = draw(random, demoNowMs);
    const parsed = validate(JSON.parse(JSON.stringify(body)));
    expect(userAgent).toMatch(/^Mozilla/);
    const tcString = parsed.visitor?.consent ?? null;
    bases.add(readConsent({ tcString }, demoNowMs).basis);
  }
  expect([...bases].sort()).toEqual(["missing", "tc_string", "vendor_refused"]);
  const again = createRandom(5);
  const first = draw(again, demoNowMs);
  expect(draw(createRandom(5), demoNowMs)).toEqual(first);
});

test("what visitors do is told in sound reports: mostly searches and listings, each event with an id of its own", () => {
  const draw = createDrawVisit(drawing);
  const random = createRandom(1);
  const kinds = new Map<string, number>();
  const ids = new Set<string>();
  for (let visit = 0; visit < 1_000; visit++) {
    const report = JSON.parse(JSON.stringify(drawActivity(draw(random, demoNowMs), random)));
    const parsed = parseActivityBody(report, demoNowMs);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    for (const { kind, eventId } of eventsOfBody(parsed.value)) {
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      ids.add(eventId);
    }
  }
  expect([...kinds.keys()].sort()).toEqual(
    ["contact", "deposit", "listing_view", "page_view", "search"].sort(),
  );
  expect(kinds.get("search")).toBeGreaterThan(350);
  expect(ids.size).toBe([...kinds.values()].reduce((sum, count) => sum + count, 0));
});

test("ads are drawn, then seen for a second at least, then now and then clicked", () => {
  const tracking = { impression: "http://a/i", viewable: "http://a/v", click: "http://a/c" };
  const random = createRandom(2);
  const counts = { impression: 0, viewable: 0, click: 0 };
  for (let ad = 0; ad < 5_000; ad++) {
    const events = followAd(tracking, random);
    const [drawn, seen, clicked] = events.map(({ afterMs }) => afterMs);
    if (drawn !== undefined) counts.impression++;
    if (seen !== undefined) counts.viewable++;
    if (clicked !== undefined) counts.click++;
    if (seen !== undefined) expect(seen - (drawn ?? 0)).toBeGreaterThan(1_000);
    if (clicked !== undefined) expect(clicked).toBeGreaterThan(seen ?? 0);
    expect(events.map(({ url }) => url)).toEqual(Object.values(tracking).slice(0, events.length));
  }
  expect(counts.impression / 5_000).toBeCloseTo(0.94, 1);
  expect(counts.click / counts.impression).toBeGreaterThan(0.004);
  expect(counts.click / counts.impression).toBeLessThan(0.02);
  for (const nothing of [null, {}, { placements: [{}] }, { placements: [{ ads: [{}] }] }])
    expect(adsOfAnswer(nothing)).toEqual([]);
});

test("the public comes at its rate, reports what it sees to this machine, and does not pile up", async () => {
  const sent: string[] = [];
  let clockMs = 0;
  const waiting: { readonly atMs: number; readonly work: () => void }[] = [];
  const ad = {
    tracking: {
      impression: "https://x.example/t/i/1",
      viewable: "https://x.example/t/v/1",
      click: "https://x.example/t/c/1",
    },
  };
  let isAway = false;
  runTraffic({
    ...drawing,
    baseUrl: "http://127.0.0.1:1",
    requestsPerSecond: 4,
    random: createRandom(3),
    nowMs: () => demoNowMs + clockMs,
    send: (url) => {
      sent.push(url);
      return isAway
        ? new Promise(() => undefined)
        : Promise.resolve({ placements: [{ ads: [ad] }] });
    },
    later: (afterMs, work) => waiting.push({ atMs: clockMs + afterMs, work }),
  });
  const passUntil = async (endMs: number): Promise<void> => {
    while (true) {
      waiting.sort((one, other) => one.atMs - other.atMs);
      const next = waiting[0];
      if (next === undefined || next.atMs > endMs) break;
      waiting.shift();
      clockMs = next.atMs;
      next.work();
      await Promise.resolve()
        .then(() => undefined)
        .then(() => undefined);
    }
  };
  await passUntil(100_000);
  const asked = sent.filter((url) => url.endsWith("/v1/ads")).length;
  expect(asked).toBeGreaterThan(320);
  expect(asked).toBeLessThan(480);
  expect(sent.filter((url) => url.endsWith("/v1/activity")).length).toBe(asked);
  expect(sent.filter((url) => url === "http://127.0.0.1:1/t/i/1").length).toBeGreaterThan(200);
  isAway = true;
  sent.length = 0;
  await passUntil(200_000);
  expect(sent.filter((url) => url.endsWith("/v1/ads")).length).toBeLessThanOrEqual(40);
});
