import { join } from "node:path";
import sharp from "sharp";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCreative } from "../../src/targeting/snapshot.ts";
import { campaignBody, htmlBody, imageBody, nativeBody } from "../support/campaignBodies.ts";
import { bomb, photo, plainPicture } from "../support/pictures.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: System;
let second: System;
let managerKey = "";
let reviewerKey = "";
let advertiserId = 0;
let otherId = 0;
let campaignId = 0;
beforeAll(async () => {
  system = await startSystem();
  const { stores } = system;
  const dataDir = join(stores.environment.ATELIER_DATA_DIR ?? "", "second");
  second = await startSystem({ ATELIER_DATA_DIR: dataDir }, stores);
  const shop = { name: "Toits du Limousin", trade: "couvreur" };
  advertiserId = (await system.create("/v1/advertisers", shop)).advertiserId ?? 0;
  otherId = (await system.create("/v1/advertisers", { ...shop, name: "Autre" })).advertiserId ?? 0;
  campaignId =
    (await system.create("/v1/campaigns", campaignBody({ advertiserId }))).campaignId ?? 0;
  managerKey = await system.managerKey([advertiserId]);
  reviewerKey = await stores.giveKey("reviewer");
}, 60_000);
afterAll(async () => {
  await second.close();
  await system.close();
});

const upload = (bytes: Buffer, owner = advertiserId, key = managerKey) =>
  request(system.url)
    .post(`/v1/media?advertiserId=${owner}&name=toit.jpg`)
    .set("authorization", `Bearer ${key}`)
    .set("content-type", "application/octet-stream")
    .send(bytes);
const ask = (method: "get" | "put" | "delete", path: string, key = system.adminKey) =>
  request(system.url)[method](path).set("authorization", `Bearer ${key}`);
const shownBy = (node: System, creativeId: number) =>
  findCreative(node.server.jobs.state.snapshot(), campaignId, creativeId);
const review = (creativeId: number, body: object, key = reviewerKey) =>
  system.post(`/v1/creatives/${creativeId}/review`, body, key);

describe("an uploaded picture", () => {
  it("is turned upright, stripped of what it told, cut to every size, light, and served to be kept", async () => {
    const { body, status } = await upload(await photo());
    expect(status).toBe(201);
    expect([body.width, body.height]).toEqual([1_200, 1_600]);
    const wide = body.pictures.find((it: { width: number }) => it.width === 1_200);
    expect(wide).toMatchObject({ use: "native", height: 627 });
    const sizes = body.pictures.map(
      (it: { width: number; height: number }) => `${it.width}x${it.height}`,
    );
    expect(sizes).toEqual(
      expect.arrayContaining(["800x600", "600x600", "200x200", "300x250", "970x250"]),
    );
    for (const { jpg, webp } of body.pictures) {
      expect(Math.max(jpg.bytes, webp.bytes)).toBeLessThanOrEqual(51_200);
    }
    const { pathname } = new URL(wide.jpg.url);
    const served = await request(system.url).get(pathname).buffer(true);
    expect(served.headers).toMatchObject({
      "content-type": "image/jpeg",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    });
    const metadata = await sharp(served.body).metadata();
    expect(metadata).toMatchObject({ format: "jpeg", width: 1_200, height: 627 });
    expect([metadata.exif, metadata.icc, metadata.orientation]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const etag = served.headers.etag ?? "";
    await request(system.url).get(pathname).set("if-none-match", etag).expect(304);
    const webp = await request(system.url).get(new URL(wide.webp.url).pathname).buffer(true);
    expect(webp.headers["content-type"]).toBe("image/webp");
    expect(await upload(await photo())).toMatchObject({
      status: 200,
      body: { mediaId: body.mediaId },
    });
  });

  it("is refused when it is no picture, too large, too small, damaged or another shop's", async () => {
    const whole = await photo();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
    const cases: readonly (readonly [Buffer, number, RegExp])[] = [
      [svg, 415, /no SVG/],
      [await bomb(), 422, /sides of at most/],
      [await plainPicture(599, 400), 422, /at least 600 × 314/],
      [whole.subarray(0, whole.length - 4_000), 422, /damaged or cut short/],
    ];
    for (const [bytes, status, rule] of cases) {
      const answer = await upload(bytes);
      expect([rule, answer.status]).toEqual([rule, status]);
      expect(answer.body.errors[0].rule).toMatch(rule);
    }
    expect((await upload(Buffer.alloc(10_485_761))).status).toBe(413);
    expect((await upload(whole, otherId)).status).toBe(400);
    expect((await ask("get", "/readyz")).status).toBe(200);
    await request(system.url).get("/media/../../etc/passwd").expect(404);
    await request(system.url)
      .get(`/media/${"0".repeat(32)}-1x1.jpg`)
      .expect(404);
  });

  it("fills a creative, and cannot be deleted while one shows it", async () => {
    const { mediaId } = (await upload(await plainPicture(740, 400))).body;
    const { imageUrl: _url, ...native } = nativeBody({ campaignId, mediaId });
    const made = await system.post("/v1/creatives", native, managerKey).expect(201);
    expect(made.body).toMatchObject({
      mediaId,
      imageWidth: 600,
      imageHeight: 314,
      iconSide: 200,
    });
    const { imageUrl: _other, ...banner } = imageBody({ campaignId, mediaId });
    const image = await system.post("/v1/creatives", banner, managerKey).expect(201);
    expect(image.body.imageUrl).toMatch(/-300x250\.jpg$/);
    const wider = { width: 728, height: 90 };
    const changed = await system.patch(`/v1/creatives/${image.body.creativeId}`, wider, managerKey);
    expect(changed.body.imageUrl).toMatch(/-728x90\.jpg$/);
    const path = `/v1/media/${mediaId}`;
    await ask("delete", path, managerKey).expect(409);
    await ask("get", path, await system.managerKey([otherId])).expect(404);
    const theirs = await system.post("/v1/creatives", { ...native, mediaId: 999_999 }, managerKey);
    expect(theirs.body.errors).toEqual([{ pointer: "/mediaId", rule: "must exist" }]);
    const elsewhere = { imageUrl: "https://images.example.fr/toit.jpg" };
    for (const { creativeId } of [made.body, image.body]) {
      const { body } = await system.patch(`/v1/creatives/${creativeId}`, elsewhere, managerKey);
      expect(body.mediaId).toBe(null);
    }
    const { url } = (await ask("get", path, managerKey)).body.pictures[0].jpg;
    await ask("delete", path, managerKey).expect(204);
    await request(system.url).get(new URL(url).pathname).expect(404);
  });
});

describe("a review", () => {
  it("comes before anything is shown, is won by one reviewer, and keeps the approved version during a change", async () => {
    const draft = nativeBody({ campaignId, title: "Premier titre" });
    const { body: made } = await system.post("/v1/creatives", draft, managerKey).expect(201);
    const { creativeId, version } = made;
    expect(made.review).toMatchObject({ status: "pending", approvedVersionShown: false });
    const queue = await ask("get", `/v1/reviews?campaignId=${campaignId}`, reviewerKey).expect(200);
    expect(queue.body.items.at(-1).creative.creativeId).toBe(creativeId);
    await ask("get", "/v1/reviews", managerKey).expect(403);
    await review(creativeId, { version, decision: "approve" }, managerKey).expect(403);
    const both = [{ decision: "approve" }, { decision: "reject", reasons: ["misleading_claim"] }];
    const answers = await Promise.all(both.map((it) => review(creativeId, { version, ...it })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const present = (await ask("get", `/v1/creatives/${creativeId}`)).body;
    await review(creativeId, { version: present.version, decision: "approve" }).expect(200);
    await until(() => shownBy(system, creativeId) !== null);

    const change = { title: "Second titre" };
    const { body: changed } = await system.patch(`/v1/creatives/${creativeId}`, change, managerKey);
    expect(changed.review).toMatchObject({ status: "pending", approvedVersionShown: true });
    const titleShown = () => JSON.stringify(shownBy(system, creativeId)?.content);
    const rename = await system.create("/v1/creatives", nativeBody({ campaignId }));
    await until(() => shownBy(system, rename.creativeId ?? 0) !== null);
    expect(titleShown()).toContain("Premier titre");
    const rejection = { decision: "reject", reasons: ["other"], version: changed.version };
    await review(creativeId, rejection).expect(422);
    const told = await review(creativeId, { ...rejection, note: "Titre trompeur." }).expect(200);
    expect(told.body.review).toMatchObject({
      status: "rejected",
      reasons: ["other"],
      approvedVersionShown: true,
    });
    await review(creativeId, { version: told.body.version, decision: "approve" }).expect(200);
    await until(() => titleShown().includes("Second titre"));
  });

  it("is not waited for by a trusted advertiser, unless the words are suspect", async () => {
    const path = `/v1/advertisers/${advertiserId}/review-settings`;
    await ask("put", path, managerKey).send({ autoApprove: true }).expect(403);
    await ask("put", path).send({ autoApprove: true }).expect(200, { autoApprove: true });
    const make = async (title: string) =>
      (await system.post("/v1/creatives", nativeBody({ campaignId, title }), managerKey)).body
        .review;
    expect(await make("Toit neuf")).toMatchObject({
      status: "approved",
      reviewedBy: "trusted advertiser",
    });
    expect(await make("Cigares et toits")).toMatchObject({
      status: "pending",
      suspects: ["tobacco"],
    });
    await ask("put", path).send({ autoApprove: false }).expect(200);
  });
});

describe("a kill switch", () => {
  it("of a creative, a campaign or an advertiser holds within a second on both nodes, and is released", async () => {
    const { creativeId = 0 } = await system.create("/v1/creatives", nativeBody({ campaignId }));
    const showsOn = (wanted: boolean) => () =>
      [system, second].every((node) => (shownBy(node, creativeId) !== null) === wanted);
    await until(showsOn(true));
    const things = [
      `creatives/${creativeId}`,
      `campaigns/${campaignId}`,
      `advertisers/${advertiserId}`,
    ];
    for (const thing of things) {
      const path = `/v1/${thing}/suspension`;
      await ask("put", path, managerKey).send({ reason: "Arnaque" }).expect(403);
      await ask("put", path).send({ reason: "Arnaque signalée" }).expect(200);
      await until(showsOn(false), 1_000);
      const { body } = await ask("get", path, managerKey).expect(200);
      expect(body.suspension.reason).toBe("Arnaque signalée");
      await ask("delete", path).expect(200, { suspension: null });
      await until(showsOn(true), 1_000);
    }
  });
});

describe("the pages of an ad", () => {
  it("show it in a sandbox: previews with a key, the frame of approved code without", async () => {
    const html = `<script>document.title="x"</script><a href="$\{CLICK_URL}">Devis</a>`;
    const draft = htmlBody({ campaignId, html });
    const { body } = await system.post("/v1/creatives", draft, managerKey).expect(201);
    const { creativeId, version } = body;
    const frame = `/creatives/${creativeId}/frame`;
    await request(system.url).get(frame).expect(404);
    await review(creativeId, { version, decision: "approve" }).expect(200);
    const served = await request(system.url).get(`${frame}?token=abc.def`).expect(200);
    expect(served.text).toContain('href="https://ads.example/t/c/abc.def"');
    expect(served.headers["content-security-policy"]).toMatch(
      /^sandbox allow-scripts .*default-src 'none'/,
    );
    expect(served.headers["content-security-policy"]).not.toContain("allow-same-origin");
    const preview = await ask("get", `/v1/creatives/${creativeId}/preview`, managerKey).expect(200);
    expect(preview.text).toContain('srcdoc="&lt;script&gt;');
    const unsaved = { advertiserId, creative: nativeBody({ title: "<b>Toits</b>" }) };
    const page = await system.post("/v1/creative-previews?format=300x250", unsaved, managerKey);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining("&lt;b&gt;Toits")]);
    expect(page.headers["content-security-policy"]).toContain("script-src 'none'");
    await ask("get", `/v1/creatives/${creativeId}/preview?format=1x1`, managerKey).expect(400);
  });

  it("are refused where the code could harm, with every problem named", async () => {
    const html =
      '<form action="javascript:1"></form><script src="https://evil.example/x.js"></script><base href="/">';
    const { body, status } = await system.post(
      "/v1/creatives",
      htmlBody({ campaignId, html }),
      managerKey,
    );
    expect(status).toBe(422);
    expect(body.errors.map((it: { rule: string }) => it.rule).join("\n")).toMatch(
      /<base>[\s\S]*evil\.example[\s\S]*<form>[\s\S]*javascript:/,
    );
    const landingUrl = "https://169.254.169.254/latest";
    const inside = await system.post(
      "/v1/creatives",
      nativeBody({ campaignId, landingUrl }),
      managerKey,
    );
    expect(inside.body.errors).toEqual([
      { pointer: "/landingUrl", rule: "must not lead to a private or reserved address" },
    ]);
  });
});
