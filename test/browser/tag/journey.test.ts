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
});
