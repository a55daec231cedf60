import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { isSpecialCategory } from "../../../src/audience/specialCategories.ts";
import { createConsentReader } from "../../../src/consent/consentOf.ts";
import { parseActivityBody } from "../../../src/serving/activityBody.ts";
import {
  type ActivityCounts,
  type ActivityEvent,
  createCollectActivity,
} from "../../../src/serving/collectActivity.ts";
import type { ServingEvent } from "../../../src/serving/ports.ts";
import { createRecentIds } from "../../../src/serving/recentIds.ts";
import { readEventSchemas } from "../../../src/stores/lake/eventSchemas.ts";
import { frenchLocator } from "../../support/geography.ts";
import { granted, nowMs, ourVendorId } from "../consent/grantedConsent.ts";
import { type TcStringFields, writeTcString } from "../consent/writeTcString.ts";

const limoges = { lat: 45.8336, lon: 1.2476 };
const schemas = await readEventSchemas();
const isPublished = new Ajv().compile(schemas.find(({ $id }) => $id === "page_activity.v1")!);
const all = writeTcString(granted);
const but = (changes: TcStringFields) => writeTcString({ ...granted, ...changes });
const noProfile = but({ purposesConsent: [1, 2, 7] });
const noPlace = but({ purposesConsent: [1, 3, 4, 7], purposesLegitimateInterest: [] });
const nothing = but({ purposesConsent: [], purposesLegitimateInterest: [], specialFeatures: [] });

let lastId = 0;
const newId = () => `6f0e6cf6-6f5e-4d0a-9d43-${String(++lastId).padStart(12, "0")}`;
const view = (fields: object = {}) => ({ eventId: newId(), kind: "page_view", ...fields });

/** Takes a report of a known visitor with an account; what was emitted, heard and counted beside the outcome. */
function collecting() {
  const emitted: ServingEvent[] = [];
  const heard: ActivityEvent[][] = [];
  const counts: ActivityCounts[] = [];
  const collect = createCollectActivity({
    readConsent: createConsentReader({ vendorId: ourVendorId, role: "vendor" }),
    locator: frenchLocator,
    locateAddress: () => ({ ...limoges, accuracyMeters: 20_000 }),
    visitorKeyOf: (id) => `key-of-${id}`.padEnd(22, "_"),
    accountKeyOf: (id) => `account-of-${id}`.padEnd(22, "_"),
    recentIds: createRecentIds(),
    emit: (event) => emitted.push(event),
    hearActivity: [(events) => heard.push([...events])],
    count: (count) => counts.push(count),
  });
  const report = (body: object) => {
    const parsed = parseActivityBody(body, nowMs);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const facts = { siteKey: "site", visitorId: "v", accountId: "a", address: "203.0.113.7" };
    return collect(parsed.value, { ...facts, nowMs });
  };
  return { report, emitted, heard, counts };
}

/** The one event that a report leaves in the stream. */
function kept(body: object): Readonly<Record<string, unknown>> {
  const { report, emitted } = collecting();
  report(body);
  for (const { schema, eventId, occurredAtMs, payload } of emitted) {
    const line = { schema, eventId, occurredAt: new Date(occurredAtMs).toISOString(), payload };
    expect(isPublished(line), JSON.stringify(isPublished.errors)).toBe(true);
  }
  return emitted[0]?.payload ?? {};
}

describe("what visitors do on pages", () => {
  it("names the visitor only with consent to store and to profile, whatever else is told", () => {
    const event = view({ category: "vehicules/voitures", itemId: "a-1", priceMicros: 5_000_000 });
    const told = { kind: "page_view", category: "vehicules/voitures", itemId: "a-1" };
    const keys = { visitorKey: "key-of-v______________", accountKey: "account-of-a__________" };
    expect(kept({ event, visitor: { consent: all } })).toMatchObject({
      ...told,
      ...keys,
      priceMicros: 5_000_000,
      siteKey: "site",
      consentBasis: "tc_string",
    });
    expect(kept({ event, visitor: { gdpr: false } })).toMatchObject(keys);
    // The European section of a GPP string, where there is no TC string.
    expect(kept({ event, visitor: { gpp: `DBABMA~${all}` } })).toMatchObject(keys);
    expect(kept({ event, visitor: { gpp: `DBABMA~${nothing}` } })).not.toHaveProperty("visitorKey");
    const both = { gpp: `DBABMA~${all}`, consent: nothing };
    expect(kept({ event, visitor: both })).not.toHaveProperty("visitorKey");
    for (const [consent, basis] of [
      [noProfile, "tc_string"],
      [nothing, "tc_string"],
      ["junk", "malformed"],
      [but({ lastUpdatedMs: 0 }), "expired"],
      [undefined, "missing"],
    ]) {
      const payload = kept({ event, visitor: { consent } });
      expect(payload).toMatchObject({ ...told, consentBasis: basis });
      expect(payload).not.toHaveProperty("visitorKey");
      expect(payload).not.toHaveProperty("accountKey");
    }
  });

  it("keep a place no finer than consent allows, and never finer than a cell of resolution 7", () => {
    const device = { ...limoges, accuracyMeters: 20 };
    const at = (visitor: object, place: object) => kept({ event: view(), visitor, place });
    const fine = at({ consent: all }, { device });
    expect(fine).toMatchObject({ inseeCode: "87085" });
    expect(String(fine.cell)).toMatch(/^87/);
    expect(at({ consent: noProfile }, { device }).cell).toBe(fine.cell);
    // By the address alone: wide, and in no commune.
    const wide = at({ consent: all }, {});
    expect(String(wide.cell)).toMatch(/^8[0-6]/);
    expect(wide).not.toHaveProperty("inseeCode");
    for (const consent of [noPlace, nothing, undefined]) {
      const payload = at({ consent }, { device, home: { inseeCode: "87085" } });
      expect(payload).not.toHaveProperty("cell");
      expect(payload).not.toHaveProperty("inseeCode");
    }
    // The commune searched in, and that of a listing, say nothing of where the visitor is.
    const search = { inseeCode: "19031" };
    expect(at({ consent: nothing }, { device, search })).toMatchObject(search);
    expect(at({ consent: nothing }, { search })).not.toHaveProperty("cell");
    expect(kept({ event: view({ inseeCode: "33063" }) })).toMatchObject({ inseeCode: "33063" });
  });

  it("make nobody's profile on pages of special categories, and never a minor's", () => {
    const visitor = { consent: all };
    const place = { device: { ...limoges, accuracyMeters: 20 } };
    for (const body of [
      { event: view({ category: "sante/audition" }), visitor },
      { event: view({ category: "rencontres" }), visitor },
      { event: view({ category: "associations/religieuses" }), visitor },
      { event: view({ category: "loisirs/livres" }), visitor, page: { sensitive: true } },
      { event: view({ category: "loisirs/livres" }), visitor: { ...visitor, minor: true } },
    ]) {
      const payload = kept({ ...body, place });
      for (const field of ["visitorKey", "accountKey", "cell", "inseeCode"])
        expect(payload, JSON.stringify(body)).not.toHaveProperty(field);
    }
    const innocent = ["vehicules/voitures", "maison/paysante", "loisirs/culture", "famille/jouets"];
    expect(innocent.filter(isSpecialCategory)).toEqual([]);
    expect(isSpecialCategory("services/Santé-bien-être")).toBe(true);
  });

  it("count once, however often they are told: to the stream, to profiles, in the answer", () => {
    const { report, emitted, heard, counts } = collecting();
    const [first, second] = [view(), view({ category: "sante" })];
    const visitor = { consent: all };
    expect(report({ events: [first, second, first], visitor })).toMatchObject({
      accepted: 2,
      duplicates: 1,
      profiled: 1,
    });
    const again = { ...first, eventId: first.eventId.toUpperCase() };
    expect(report({ event: again, visitor })).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(emitted.map(({ eventId }) => eventId)).toEqual([first.eventId, second.eventId]);
    expect(heard.map((events) => events.length)).toEqual([2]);
    expect(counts[0]).toMatchObject({ accepted: 2, unprofiled: { special_category: 1 } });
    const test = { event: view(), visitor, test: true };
    expect(report(test)).toMatchObject({ accepted: 1 });
    expect(report(test)).toMatchObject({ accepted: 1 });
    expect(emitted).toHaveLength(2);
  });

  it("happen when the page says, within a week, and never in the future", () => {
    const at = (offsetMs: number) => {
      const occurredAt = new Date(nowMs + offsetMs).toISOString();
      return { events: [view(), view({ occurredAt })] };
    };
    const { report, emitted } = collecting();
    report(at(-3_600_000));
    report(at(60_000));
    expect(emitted.map(({ occurredAtMs }) => occurredAtMs - nowMs)).toEqual([0, -3_600_000, 0, 0]);
    const problemsOf = (body: object) => {
      const parsed = parseActivityBody(body, nowMs);
      return parsed.ok ? [] : parsed.problems.map(({ pointer, rule }) => `${pointer} ${rule}`);
    };
    expect(problemsOf(at(-8 * 86_400_000))).toEqual([
      "/events/1/occurredAt must not be more than 7 days ago",
    ]);
    expect(problemsOf(at(360_000))).toEqual([
      "/events/1/occurredAt must not be more than 5 minutes ahead of us",
    ]);
    expect(problemsOf({ event: view({ occurredAt: "2026-02-31T25:00:00Z" }) })).toEqual([
      "/event/occurredAt must be a time of the calendar",
    ]);
  });

  it("are refused with every field and rule that is broken", () => {
    const wrong = { eventId: "1", kind: "click", itemId: "x".repeat(65), priceMicros: -1 };
    const parsed = parseActivityBody({ events: [wrong], event: view(), visitor: { id: 5 } }, nowMs);
    expect(parsed.ok ? [] : parsed.problems.map(({ pointer }) => pointer).sort()).toEqual([
      "/events/0/eventId",
      "/events/0/itemId",
      "/events/0/kind",
      "/events/0/priceMicros",
      "/visitor/id",
    ]);
    const none = parseActivityBody({}, nowMs);
    expect(none).toMatchObject({ ok: false, problems: [{ pointer: "/events" }] });
    const many = parseActivityBody({ events: Array.from({ length: 101 }, () => view()) }, nowMs);
    expect(many).toMatchObject({ ok: false, problems: [{ pointer: "/events" }] });
    for (const junk of [null, [], "x", 5]) expect(parseActivityBody(junk, nowMs).ok).toBe(false);
  });
});
