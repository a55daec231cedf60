import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nativeBody } from "../../support/campaignBodies.ts";
import { chromiumPath, startTagSystem, type TagSystem } from "../../support/tag/tagSystem.ts";
import { until } from "../../support/until.ts";

describe.skipIf(chromiumPath === null)("a page with the tag", () => {
  let tags: TagSystem;
  let campaignId: number;

  beforeAll(async () => {
    tags = await startTagSystem();
    campaignId = await tags.openShop({ name: "Toitures Martin", creatives: [nativeBody()] });
  });
  afterAll(() => tags?.close());

  const eventsInLedger = () => tags.eventsOf(campaignId);

  test("shows a shop's ad in a place of its own, and the shop pays for the impression; its view and its click are counted", async () => {
    const { page, faults, bodies } = await tags.publisher.open(tags.chromium.context, {
      head: tags.script,
      body: '<h1>Annonces</h1><div data-atelier="top"></div>',
    });
    const ad = page.getByRole("group", { name: "Publicité · Toitures Martin" });
    await ad.waitFor();
    expect(await ad.textContent()).toContain("Votre toit refait à neuf");
    const isInShadow = await ad.evaluate((node) => "host" in node.getRootNode());
    expect(isInShadow).toBe(true);

    const popup = page.waitForEvent("popup");
    await until(async () => (await eventsInLedger()).includes("viewable"));
    await ad.getByRole("link").click();
    await (await popup).getByRole("heading", { name: "La boutique" }).waitFor();
    expect((await popup).url()).toMatch(/^https:\/\/toitures\.example\.fr\/devis/);
    await until(async () => (await eventsInLedger()).length === 3);
    expect(await eventsInLedger()).toEqual(["click", "impression", "viewable"]);
    expect(bodies).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  test("asks for the small script now and then, and for what it brings only once", async () => {
    const { url } = tags.system;
    const loader = await request(url).get("/tag/atelier.js").expect(200);
    expect(loader.headers).toMatchObject({
      "cache-control": "public, max-age=600, stale-while-revalidate=86400",
      "content-type": "text/javascript; charset=utf-8",
      "access-control-allow-origin": "*",
    });
    const { etag = "" } = loader.headers;
    await request(url).get("/tag/atelier.js").set("if-none-match", etag).expect(304);
    const [version = ""] = /\d+\.\d+\.[0-9a-f]{8}/.exec(loader.text) ?? [];
    const tag = await request(url).get(`/tag/${version}/atelier.js`).expect(200);
    expect(tag.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(tag.headers["content-encoding"]).toBe("gzip");
    expect(tag.text).toContain(version);
    const other = await request(url).get("/tag/1.0.00000000/atelier.js").expect(200);
    expect(other.headers["cache-control"]).toBe("public, max-age=60");
    expect(other.text).toBe(tag.text);
    await request(url).get("/tag/..%2fatelier/atelier.js").expect(404);
  });
});
