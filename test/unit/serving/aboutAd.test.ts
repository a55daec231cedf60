import { createHash } from "node:crypto";
import express from "express";
import request from "supertest";
import { describe, expect, it } from "vitest";
import { aboutAdRouter } from "../../../src/routes/aboutAd.ts";
import {
  type AdReasons,
  aboutKeyFrom,
  aboutLifeDays,
  createAboutUrlOf,
  readAbout,
} from "../../../src/serving/aboutAd.ts";
import { aboutLanguageOf } from "../../../src/serving/aboutPage.ts";
import { adReasonsOf } from "../../../src/serving/why.ts";
import { buildSnapshot, findCampaign } from "../../../src/targeting/snapshot.ts";
import { buildRequest, testLocator } from "../../support/adsApp.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const dayMs = 86_400_000;
const key = aboutKeyFrom(Buffer.from("a secret that is long enough"));
const former = aboutKeyFrom(Buffer.from("a former secret, long enough"));
const urlOf = createAboutUrlOf("https://ads.example", key);
const searched: AdReasons = { campaignId: 7, place: "search", category: false, audience: false };
const tokenOf = (url: string) => new URL(url).pathname.slice("/pourquoi/".length);
const read = (token: string, atMs = nowMs, keys = [key]) => readAbout(token, keys, atMs);

describe("the address of an ad's page", () => {
  it("says which campaign and which kinds of reasons, whatever they are", () => {
    for (const place of [null, "search", "device", "home", "ip"] as const)
      for (const category of [false, true])
        for (const audience of [false, true]) {
          const reasons = { campaignId: 4_294_967_295, place, category, audience };
          expect(read(tokenOf(urlOf(reasons, nowMs)))).toMatchObject({ ok: true, reasons });
        }
  });

  it("is one for all who saw the ad for the same reasons on a day: it can tell nobody from another", () => {
    const morning = urlOf(searched, nowMs);
    expect(urlOf({ ...searched }, nowMs + 3_600_000)).toBe(morning);
    expect(createAboutUrlOf("https://ads.example", key)(searched, nowMs)).toBe(morning);
    expect(urlOf({ ...searched, audience: true }, nowMs)).not.toBe(morning);
    expect(morning.length).toBeLessThan(70);
  });

  it("holds for thirty days, under the secret of before too, and not when a letter of it is another", () => {
    const token = tokenOf(urlOf(searched, nowMs));
    expect(read(token, nowMs + aboutLifeDays * dayMs)).toMatchObject({ ok: true });
    const expired = { ok: false, error: "expired" };
    expect(read(token, nowMs + (aboutLifeDays + 1) * dayMs)).toEqual(expired);
    const before = tokenOf(createAboutUrlOf("https://ads.example", former)(searched, nowMs));
    expect(read(before)).toMatchObject({ ok: false, error: "not_ours" });
    expect(read(before, nowMs, [key, former])).toMatchObject({ ok: true });
    for (let at = 0; at < token.length; at++) {
      const letter = token[at] === "A" ? "B" : "A";
      const other = token.slice(0, at) + letter + token.slice(at + 1);
      expect(read(other)).toEqual({ ok: false, error: "not_ours" });
    }
    for (const odd of ["", "%00", `${token}A`, token.slice(1), "é".repeat(token.length)])
      expect(read(odd)).toEqual({ ok: false, error: "not_ours" });
  });
});

describe("the page about an ad", () => {
  const hostile = `<script>alert("1")</script> & 'Cie'`;
  const segment = {
    segmentId: 1,
    segmentName: "Achète <bientôt>",
    minScore: 0.5,
    multiplier: null,
  };
  const campaign = buildCampaign({
    campaignId: 7,
    advertiserName: hostile,
    payerName: "Franchise du Limousin",
    wantedCategories: ["maison/toitures-et-murs"],
    audience: [segment],
  });
  let zoneLabel = "Limoges et 10 km autour";
  const snapshot = buildSnapshot([campaign], { revision: "1", builtAtMs: 0 });
  const app = express().use(
    aboutAdRouter({
      read: (token, atMs) => readAbout(token, [key], atMs),
      findCampaign(campaignId) {
        const found = findCampaign(snapshot, campaignId);
        return found && { ...found, zoneLabel };
      },
      domain: "ads.example",
      now: () => nowMs,
    }),
  );
  const get = (
    reasons: Partial<AdReasons> = {},
    query = "",
    language = "fr-FR,fr;q=0.9,en;q=0.5",
  ) =>
    request(app)
      .get(new URL(urlOf({ ...searched, ...reasons }, nowMs)).pathname + query)
      .set("accept-language", language);

  it("says in French for whom, who pays, why, and how to change it", async () => {
    const { status, text, headers } = await get({ category: true, audience: true });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-language": "fr",
      vary: "accept-language",
      "x-robots-tag": "noindex",
    });
    for (const said of [
      '<html lang="fr">',
      "Pourquoi cette annonce ?",
      "publicité",
      "<dt>Payée par</dt><dd>Franchise du Limousin</dd>",
      "Le lieu recherché sur la page",
      "« toitures et murs »",
      "« Achète &lt;bientôt&gt; »",
      "Refusez la publicité personnalisée",
      "23 décembre 2026",
    ])
      expect(text).toContain(said);
    expect(text).toContain("&lt;script&gt;alert");
    expect(text).not.toContain("<script");
  });

  it("names only the kinds of reasons that counted", async () => {
    const plain = (await get()).text;
    expect(plain).not.toContain("Achète");
    expect(plain).not.toContain("toitures et murs");
    const sentences = {
      device: "Votre appareil se trouvait",
      home: "Le domicile indiqué",
      ip: "Votre connexion semblait",
    } as const;
    for (const [place, said] of Object.entries(sentences))
      expect((await get({ place: place as keyof typeof sentences })).text).toContain(said);
    expect((await get({ place: null })).text).toContain("partout en France");
    zoneLabel = "Toute la France";
    const national = (await get()).text;
    expect(national).toContain("partout en France");
    expect(national).not.toContain("Cherchez ailleurs");
    zoneLabel = "Limoges et 10 km autour";
  });

  it("is in English for who asks for it, or whose browser does", async () => {
    for (const asked of [get({}, "?lang=en"), get({}, "", "de, en-GB;q=0.9, fr;q=0.8")]) {
      const { text, headers } = await asked;
      expect(headers["content-language"]).toBe("en");
      expect(text).toContain("Paid for by");
      expect(text).toContain('href="?lang=fr"');
    }
    expect((await get({}, "?lang=fr", "en")).text).toContain("Payée par");
    expect((await get({}, "?lang=de&lang=en", "")).text).toContain("Payée par");
  });

  it("loads, runs, sends and frames nothing, and its one style is known by its hash", async () => {
    const { text, headers } = await get();
    const policy = String(headers["content-security-policy"]);
    for (const rule of ["default-src 'none'", "form-action 'none'", "frame-ancestors 'none'"])
      expect(policy).toContain(rule);
    const style = /<style>(.*)<\/style>/.exec(text)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(policy).toContain(`style-src 'sha256-${hash}'`);
    expect(text).not.toMatch(/ style=| on[a-z]+=|src=/);
  });

  it("is a page also where there is nothing: 404 for what is not ours, 410 for what is over", async () => {
    const gone = await get({ campaignId: 8 });
    expect([gone.status, gone.headers["cache-control"]]).toEqual([404, "no-store"]);
    expect(gone.text).toContain("n'est pas l'une des nôtres");
    expect((await request(app).get("/pourquoi/%3Cscript%3E")).status).toBe(404);
    const old = tokenOf(urlOf(searched, nowMs - 40 * dayMs));
    const over = await request(app).get(`/pourquoi/${old}?lang=en`);
    expect(over.status).toBe(410);
    expect(over.text).toContain("no longer holds");
  });
});

it("of languages French is taken unless English is wanted more, however odd the header", () => {
  const french = ["", "fr", "en;q=0.5,fr;q=0.6", "de", "en;q=2", "en;q=x", "*", ",,,;", "en;q=0"];
  for (const header of french)
    expect([header, aboutLanguageOf(null, header)]).toEqual([header, "fr"]);
  for (const header of ["en", "EN-us", "fr;q=0.1,en;q=0.2", " en ; q=0.3"])
    expect([header, aboutLanguageOf(null, header)]).toEqual([header, "en"]);
  expect(aboutLanguageOf(null, "en,".repeat(5_000))).toBe("en");
  expect(aboutLanguageOf(null, undefined)).toBe("fr");
});

it("the kinds of reasons are those of the decision, without what was read of the visitor", () => {
  const place = testLocator.locateSearch({ inseeCode: "87085" })!;
  const rule = { segmentId: 1, segmentName: "s", minScore: 0.5, multiplier: null };
  const campaign = {
    ...buildCampaign({ campaignId: 7, audience: [rule], wantedCategories: ["maison"] }),
    ...{ zoneLabel: "Limoges", zoneApproximate: false, deals: [], openAuction: true },
  };
  const candidate = {
    ...{ campaign, creative: campaign.creatives[0]!, placeSource: place.source, placeLabel: null },
    ...{ distanceMeters: null, value: {} as never },
  };
  const asked = buildRequest({ places: [place] });
  const scored = { scores: new Map([[1, 0.9]]), impressions: new Map() };
  const onPage = { ...asked, page: { ...asked.page, category: "maison" } };
  expect(adReasonsOf(candidate, onPage, scored)).toEqual({
    ...{ campaignId: 7, place: "search", category: true, audience: true },
  });
  expect(
    adReasonsOf({ ...candidate, placeSource: null }, asked, { ...scored, scores: null }),
  ).toEqual({ campaignId: 7, place: null, category: false, audience: false });
});
