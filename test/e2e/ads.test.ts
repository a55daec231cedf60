import { createHmac } from "node:crypto";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browser } from "../support/browser.ts";
import { campaignBody, nativeBody } from "../support/campaignBodies.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: System;
const limoges = { search: { inseeCode: "87085" } };
const brest = { search: { inseeCode: "29019" } };

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

async function create(path: string, body: object): Promise<Record<string, number>> {
  const answer = await request(system.url)
    .post(path)
    .set("authorization", `Bearer ${system.adminKey}`)
    .send(body);
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

/** A shop with an active campaign around Limoges and one native ad. */
async function openShop(trade: string, fields: Readonly<Record<string, unknown>> = {}) {
  const { advertiserId } = await create("/v1/advertisers", { name: `Maison ${trade}`, trade });
  const { campaignId } = await create("/v1/campaigns", campaignBody({ advertiserId, ...fields }));
  await create("/v1/creatives", nativeBody({ campaignId }));
  return { advertiserId: Number(advertiserId), campaignId: Number(campaignId) };
}

const ask = (body: object) =>
  request(system.url)
    .post("/v1/ads")
    .send({ placements: [{ id: "top" }], ...body });

const shownIn = async (body: object): Promise<readonly number[]> => {
  const answer = await ask(body);
  expect(answer.status, answer.text).toBe(200);
  return answer.body.placements.flatMap(({ ads }: { ads: { campaignId: number }[] }) =>
    ads.map(({ campaignId }) => campaignId),
  );
};

const change = (campaignId: number, body: object) =>
  request(system.url)
    .patch(`/v1/campaigns/${campaignId}`)
    .set("authorization", `Bearer ${system.adminKey}`)
    .send(body);

describe("a page that asks the whole server", () => {
  it("gets the local shop's ad in its town and not elsewhere, and the click leads to the shop", async () => {
    const { campaignId } = await openShop("couvreur");
    const wanted = { page: { category: "maison/couverture" } };
    await until(async () => (await shownIn({ ...wanted, place: limoges })).includes(campaignId));
    expect(await shownIn({ ...wanted, place: brest })).toEqual([]);
    const answer = await ask({ ...wanted, place: limoges });
    const [ad] = answer.body.placements[0].ads;
    expect(ad.why.reasons[0]).toContain("vous cherchez autour de Limoges.");
    const page = await request(system.url).get(new URL(ad.why.aboutUrl).pathname);
    expect([page.status, page.headers["content-language"]]).toEqual([200, "fr"]);
    expect(page.text).toContain(`<dt>Annonceur</dt><dd>${ad.why.advertiser}</dd>`);
    expect(page.text).toContain("Le lieu recherché sur la page");
    const path = (url: string) => new URL(url).pathname;
    const view = await request(system.url).get(path(ad.tracking.impression));
    expect(view.status).toBe(200);
    expect(view.body).toHaveLength(43);
    const click = await request(system.url).get(path(ad.tracking.click));
    expect(click.status).toBe(302);
    expect(click.headers.location).toMatch(/^https:\/\/toitures\.example\.fr\/devis/);
  });

  it("stops seeing a campaign within a second of its pause", async () => {
    const { campaignId } = await openShop("fleuriste", { bidMicros: 9_000_000 });
    await until(async () => (await shownIn({ place: limoges })).includes(campaignId));
    expect((await change(campaignId, { status: "paused" })).status).toBe(200);
    await until(async () => !(await shownIn({ place: limoges })).includes(campaignId), 1_000);
    await change(campaignId, { status: "ended" });
  });

  it("sees no campaign beyond its daily budget, and sees it again once the budget is raised", async () => {
    const { campaignId } = await openShop("boulanger", {
      bidMicros: 20_000_000,
      dailyBudgetMicros: 40_000,
      pacing: "asap",
    });
    const addressed = (index: number) =>
      request(system.url)
        .post("/v1/ads")
        .set("x-forwarded-for", `198.51.${index}.1`)
        .set("user-agent", browser)
        .send({ placements: [{ id: "top" }], place: limoges });
    const isShown = async (index: number) =>
      (await addressed(index)).body.placements[0].ads[0]?.campaignId === campaignId;
    await until(() => isShown(1));
    expect(await isShown(2)).toBe(true);
    for (const index of [3, 4, 5]) expect(await isShown(index)).toBe(false);
    await change(campaignId, { dailyBudgetMicros: 80_000 });
    await until(() => isShown(6));
    await change(campaignId, { status: "ended" });
  });

  it("asks for a test as often as it likes without spending anything", async () => {
    const { campaignId } = await openShop("libraire", {
      bidMicros: 30_000_000,
      dailyBudgetMicros: 30_000,
      pacing: "asap",
    });
    const testing = { place: limoges, test: true };
    await until(async () => (await shownIn(testing)).includes(campaignId));
    for (let count = 0; count < 20; count += 1) {
      expect(await shownIn(testing)).toEqual([campaignId]);
    }
    expect(await shownIn({ place: limoges })).toEqual([campaignId]);
    expect(await shownIn({ place: limoges })).not.toEqual([campaignId]);
    await change(campaignId, { status: "ended" });
  });

  it("has its answer explained to the shop's own manager, and nothing of the competitors", async () => {
    const own = await openShop("garagiste", { bidMicros: 2_000_000 });
    const rival = await openShop("garagiste", { bidMicros: 8_000_000 });
    const key = await system.managerKey([own.advertiserId]);
    const explain = async () =>
      (
        await ask({
          place: limoges,
          test: true,
          explain: { campaignIds: [own.campaignId, rival.campaignId] },
        }).set("authorization", `Bearer ${key}`)
      ).body.explanation;
    await until(async () => (await explain())[0]?.rule === "competitor_on_page");
    expect(await explain()).toMatchObject([
      { campaignId: own.campaignId, fr: expect.stringContaining("concurrent") },
      { campaignId: rival.campaignId, rule: "unknown_campaign" },
    ]);
    expect((await ask({ explain: true })).status).toBe(401);
    for (const { campaignId } of [own, rival]) await change(campaignId, { status: "ended" });
  });

  it("counts caps for a known visitor, and shows no capped campaign to an unknown one", async () => {
    const { campaignId } = await openShop("opticien", {
      bidMicros: 50_000_000,
      dailyBudgetMicros: 50_000_000,
      frequencyCaps: [{ per: "campaign", maxImpressions: 1, windowSeconds: 3_600 }],
    });
    const visitor = (id: string) => ({ place: limoges, visitor: { id, gdpr: false } });
    await until(async () =>
      (await shownIn({ ...visitor("v-test"), test: true })).includes(campaignId),
    );
    expect(await shownIn({ place: limoges, visitor: { gdpr: false } })).not.toContain(campaignId);
    expect(await shownIn(visitor("v-1"))).toContain(campaignId);
    expect(await shownIn(visitor("v-1"))).not.toContain(campaignId);
    expect(await shownIn(visitor("v-2"))).toContain(campaignId);
    await change(campaignId, { status: "ended" });
  });
});

describe("a site with a key", () => {
  it("serves its own origins, and only its own signatures make a visitor known", async () => {
    const site = await request(system.url)
      .post("/v1/sites")
      .set("authorization", `Bearer ${system.adminKey}`)
      .send({ name: "Annonces", allowedOrigins: ["https://www.exemple.fr"] });
    expect(site.status, site.text).toBe(201);
    const { publicKey, signingSecret } = site.body;
    expect(signingSecret).toEqual(expect.any(String));
    const from = (origin: string) =>
      ask({ site: publicKey, visitor: { id: "v-1", gdpr: false } }).set("origin", origin);
    await until(async () => (await from("https://www.exemple.fr")).status === 200);
    const own = await from("https://www.exemple.fr");
    expect(own.headers["access-control-allow-origin"]).toBe("https://www.exemple.fr");
    expect((await from("https://www.autre.fr")).status).toBe(403);
    const signature = createHmac("sha256", signingSecret).update("v-1").digest("hex");
    const signed = await ask({ site: publicKey, visitor: { id: "v-1", gdpr: false, signature } });
    expect(signed.status).toBe(200);
  });
});
