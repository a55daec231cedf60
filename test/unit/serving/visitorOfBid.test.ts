import { describe, expect, it } from "vitest";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import {
  buyerUidKeyFrom,
  maxBuyerUidLength,
  newVisitorId,
  openBuyerUid,
  sealVisitorId,
  visitorIdLeftMs,
  visitorIdLifeMs,
} from "../../../src/serving/buyerUid.ts";
import { createVisitorOfBid, linkNameOf } from "../../../src/serving/visitorOfBid.ts";

const key = buyerUidKeyFrom("a secret that is long enough for every test");
const nowMs = Date.UTC(2026, 2, 12, 11);
const dayMs = 86_400_000;
const visitorId = newVisitorId(nowMs, Buffer.alloc(16, 7));

describe("a buyer id", () => {
  it("is the same for the same visitor and SSP, and opens only there", () => {
    const sealed = sealVisitorId(visitorId, 3, key);
    expect(sealVisitorId(visitorId, 3, key)).toBe(sealed);
    expect(sealVisitorId(visitorId, 4, key)).not.toBe(sealed);
    expect(openBuyerUid(sealed, 3, key)).toBe(visitorId);
    expect(openBuyerUid(sealed, 4, key)).toBeNull();
    expect(openBuyerUid(sealed, 3, buyerUidKeyFrom("another long enough secret"))).toBeNull();
    expect(sealed).not.toContain(visitorId.slice(5));
  });

  it("of the longest visitor id is short enough for every SSP", () => {
    const longest = "~".repeat(128);
    const sealed = sealVisitorId(longest, 3, key);
    expect(sealed.length).toBeLessThanOrEqual(maxBuyerUidLength);
    expect(openBuyerUid(sealed, 3, key)).toBe(longest);
  });

  it("with any character changed, or none of ours at all, is nobody's", () => {
    const sealed = sealVisitorId(visitorId, 3, key);
    for (let at = 0; at < sealed.length - 1; at++) {
      const other = sealed[at] === "A" ? "B" : "A";
      expect(openBuyerUid(sealed.slice(0, at) + other + sealed.slice(at + 1), 3, key)).toBeNull();
    }
    for (const text of [
      "",
      "AAAA",
      "x".repeat(200),
      "é".repeat(30),
      "12345678-1234-1234-1234-123456789012",
    ])
      expect(openBuyerUid(text, 3, key)).toBeNull();
  });
});

describe("a visitor id of our own", () => {
  it("lives for 13 months from the day on which it was made, and is not renewed", () => {
    expect(visitorIdLeftMs(visitorId, nowMs)).toBeGreaterThan(visitorIdLifeMs - dayMs);
    expect(visitorIdLeftMs(visitorId, nowMs + visitorIdLifeMs - dayMs)).toBeGreaterThan(0);
    expect(visitorIdLeftMs(visitorId, nowMs + visitorIdLifeMs)).toBe(0);
    expect(visitorIdLeftMs(visitorId, nowMs - 2 * dayMs)).toBe(0);
    for (const text of ["", "somebody", `0000.${"x".repeat(22)}`, "zzzz.x"])
      expect(visitorIdLeftMs(text, nowMs)).toBe(0);
  });
});

describe("the visitor of a bid request", () => {
  const ssp = { sspId: 3, name: "demo", syncUrl: "https://sync.ssp.example/set?uid={uid}" };
  const links = new Map<string, string>();
  const visitorOf = createVisitorOfBid({
    key,
    ownSource: "ads.example",
    findLinked: (name) => links.get(name) ?? null,
    nowMs: () => nowMs,
  });
  const asked = (changes: Record<string, unknown>) => {
    const imp = [{ id: "1", banner: { w: 300, h: 250 } }];
    const parsed = parseBidRequest({ id: "1", imp, ...changes });
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.request;
  };
  const buyeruid = sealVisitorId(visitorId, 3, key);
  const mayStore = { mayStore: true };

  it("is who we said, when the SSP brings our id back", () => {
    expect(visitorOf(asked({ user: { buyeruid } }), ssp, mayStore)).toBe(visitorId);
    const eids = [{ source: "ads.example", uids: [{ id: buyeruid, atype: 1 }] }];
    expect(visitorOf(asked({ user: { ext: { eids } } }), ssp, mayStore)).toBe(visitorId);
  });

  it("is nobody without consent, for a child, where tracking is limited or selling forbidden", () => {
    expect(visitorOf(asked({ user: { buyeruid } }), ssp, { mayStore: false })).toBeNull();
    const others = [
      { regs: { coppa: 1 } },
      { regs: { gpc: 1 } },
      { device: { lmt: 1 } },
      { device: { dnt: 1 } },
    ];
    for (const other of others)
      expect(visitorOf(asked({ user: { buyeruid }, ...other }), ssp, mayStore)).toBeNull();
  });

  it("is nobody by another SSP's buyer id, by an old one, or by none", () => {
    const old = newVisitorId(nowMs - visitorIdLifeMs - dayMs);
    const ids = [sealVisitorId(visitorId, 4, key), sealVisitorId(old, 3, key), "their-own-id"];
    for (const id of ids)
      expect(visitorOf(asked({ user: { buyeruid: id } }), ssp, mayStore)).toBeNull();
    expect(visitorOf(asked({}), ssp, mayStore)).toBeNull();
  });

  it("is known by an extended id, the same whatever their order, when the SSP does not know ours", () => {
    const eids = [
      { source: "liveramp.com", uids: [{ id: "XY", atype: 3 }] },
      { source: "id5-sync.com", uids: [{ id: "ID5", atype: 1 }] },
      { source: "a-publisher.example", uids: [{ id: "everybody", atype: 500 }] },
    ];
    const one = visitorOf(asked({ user: { eids } }), ssp, mayStore);
    expect(one).toBe("eid id5-sync.com ID5");
    expect(visitorOf(asked({ user: { eids: eids.toReversed() } }), ssp, mayStore)).toBe(one);
    expect(visitorOf(asked({ user: { eids, buyeruid } }), ssp, mayStore)).toBe(visitorId);
  });

  it("is whom the SSP's own id stands for since a sync, by the SSP's name or domain and no other's", () => {
    links.set(linkNameOf(ssp, "theirs"), visitorId);
    links.set(linkNameOf(ssp, "old"), newVisitorId(nowMs - visitorIdLifeMs - dayMs));
    const eid = (source: string, id: string) => ({ eids: [{ source, uids: [{ id, atype: 1 }] }] });
    for (const source of ["demo", "ssp.example", "sync.ssp.example"])
      expect(visitorOf(asked({ user: eid(source, "theirs") }), ssp, mayStore)).toBe(visitorId);
    for (const source of ["example", "p.example", "other.example"])
      expect(visitorOf(asked({ user: eid(source, "theirs") }), ssp, mayStore)).toContain("eid ");
    for (const id of ["old", "unknown"])
      expect(visitorOf(asked({ user: eid("demo", id) }), ssp, mayStore)).toContain("eid ");
    const elsewhere = { ...ssp, sspId: 4 };
    expect(visitorOf(asked({ user: eid("demo", "theirs") }), elsewhere, mayStore)).toContain(
      "eid ",
    );
    expect(visitorOf(asked({ user: eid("demo", "theirs") }), ssp, { mayStore: false })).toBeNull();
  });
});
