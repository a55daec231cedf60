import { expect, it } from "vitest";
import { parseCreative } from "../../../src/campaigns/creativeSchema.ts";
import { valueOrThrow } from "../../../src/campaigns/problems.ts";
import { approvedBy, pendingReview } from "../../../src/campaigns/review.ts";
import { creativeToShown } from "../../../src/campaigns/shownCreative.ts";
import { readShownCreative } from "../../../src/stores/postgres/servableRows.ts";
import { htmlBody, imageBody, nativeBody } from "../../support/campaignBodies.ts";
import { openCampaignStore, saveCampaign, testActor } from "../../support/campaignStore.ts";

it("the approved version that is kept is what serving reads of the approved creative, to the last field", async () => {
  const opened = await openCampaignStore();
  const { creatives } = opened.store;
  const { campaignId } = await saveCampaign(opened.store);
  const picture = { imageWidth: 1_200, imageHeight: 627 };
  const icon = { iconUrl: "https://images.example.fr/i.png", iconSide: 200 };
  const bodies = [
    nativeBody({ campaignId, ...picture, ...icon, attributes: [3, 13] }),
    nativeBody({ campaignId, ...icon }),
    nativeBody({ campaignId }),
    imageBody({ campaignId, attributes: [1] }),
    htmlBody({ campaignId }),
  ];
  for (const body of bodies) {
    const fields = valueOrThrow(parseCreative(body));
    const approved = { ...fields, review: approvedBy("test", null) };
    const { creativeId } = await creatives.insert(approved, testActor);
    const shown = await readShownCreative(opened.db, creativeId);
    const ofCampaign = { campaignName: "Toitures d'automne", utmTagging: true, mentions: [] };
    expect({ ...creativeToShown(creativeId, fields), ...ofCampaign }).toEqual(shown);
    const waiting = {
      ...fields,
      active: true,
      landingUrl: "https://elsewhere.example.fr/",
      review: pendingReview,
      approvedShown: creativeToShown(creativeId, fields),
    };
    await creatives.change(creativeId, () => waiting, testActor);
    expect(await readShownCreative(opened.db, creativeId)).toEqual(shown);
  }
  const { creativeId } = await creatives.insert(valueOrThrow(parseCreative(bodies[0])), testActor);
  expect(await readShownCreative(opened.db, creativeId)).toBe(null);
  await opened.close();
});
