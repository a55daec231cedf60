import { afterAll, beforeAll, expect, it } from "vitest";
import { parseCreative } from "../../../src/campaigns/creativeSchema.ts";
import { valueOrThrow } from "../../../src/campaigns/problems.ts";
import { pendingReview } from "../../../src/campaigns/review.ts";
import { creativeToShown } from "../../../src/campaigns/shownCreative.ts";
import { movePictures } from "../../../src/stores/postgres/movePictures.ts";
import { readShownCreative } from "../../../src/stores/postgres/servableRows.ts";
import { htmlBody, imageBody, nativeBody } from "../../support/campaignBodies.ts";
import {
  type OpenStore,
  openCampaignStore,
  saveCampaign,
  testActor,
} from "../../support/campaignStore.ts";

let opened: OpenStore;
beforeAll(async () => {
  opened = await openCampaignStore();
});
afterAll(() => opened?.close());

const here = "http://localhost:9090";

it("pictures of this server follow it to another port, also in the version that was approved; others stay where they are", async () => {
  const { creatives } = opened.store;
  const { campaignId } = await saveCampaign(opened.store);
  const save = async (body: object): Promise<number> => {
    const fields = valueOrThrow(parseCreative(body, "httpsOrLoopback"));
    const { creativeId } = await creatives.insert(fields, testActor);
    // It waits for its review again; what was approved is shown meanwhile.
    const approvedShown = creativeToShown(creativeId, fields);
    const waiting = { ...fields, review: pendingReview, approvedShown };
    await creatives.change(creativeId, () => waiting, testActor);
    return creativeId;
  };
  const native = await save(
    nativeBody({
      campaignId,
      imageUrl: "http://localhost:8080/demo/images/fleuriste.jpg?nom=Aux+lys&l=1200",
      iconUrl: "http://127.0.0.1:8080/media/abc-icon.jpg",
      iconSide: 200,
    }),
  );
  const elsewhere = "https://images.example.fr/demo.jpg?from=http://localhost:8080/media/x.jpg";
  const image = await save(imageBody({ campaignId, imageUrl: elsewhere }));
  await save(htmlBody({ campaignId }));

  expect(await movePictures(opened.db, here)).toBe(1);
  const moved = await creatives.read(native);
  const imageUrl = `${here}/demo/images/fleuriste.jpg?nom=Aux+lys&l=1200`;
  const iconUrl = `${here}/media/abc-icon.jpg`;
  expect(moved).toMatchObject({ imageUrl, iconUrl });
  const shown = JSON.stringify(await readShownCreative(opened.db, native));
  expect(shown).toContain(imageUrl);
  expect(shown).not.toContain(":8080");
  expect(await creatives.read(image)).toMatchObject({ imageUrl: elsewhere });

  expect(await movePictures(opened.db, here)).toBe(0);
  expect(await movePictures(opened.db, "http://192.168.1.4:8080")).toBe(0);
});
