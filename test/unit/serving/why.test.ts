import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VisitorPlace } from "../../../src/geo/types.ts";
import { describeRejection } from "../../../src/serving/describeRejection.ts";
import { whyOf } from "../../../src/serving/why.ts";
import type { RejectionRule } from "../../../src/targeting/rejection.ts";
import type { CampaignView, Candidate, VisitorState } from "../../../src/targeting/types.ts";
import { buildRequest, testLocator, testPlaces } from "../../support/adsApp.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";

const unscored: VisitorState = { scores: null, impressions: new Map() };

function candidate(
  place: VisitorPlace | null,
  campaign: Partial<CampaignView> = {},
  distanceMeters: number | null = null,
): Candidate {
  const built = buildCampaign({ campaignId: 1 });
  const creative = built.creatives[0]!;
  return {
    campaign: {
      ...built,
      zoneLabel: "Limoges et 10 km autour",
      zoneApproximate: false,
      deals: [],
      openAuction: true,
      ...campaign,
    },
    creative,
    value: {
      valueMicros: 1,
      bidMicros: 1,
      pricing: "cpm",
      clickRate: null,
      viewRate: null,
      audienceMultiplier: 1,
      nearnessMultiplier: 1,
      categoryMultiplier: 1,
    },
    placeSource: place?.source ?? null,
    placeLabel: place?.label ?? null,
    distanceMeters,
  };
}

function reasonsFor(
  place: VisitorPlace | null,
  ...rest: [Partial<CampaignView>?, (number | null)?]
) {
  const request = buildRequest({ places: place === null ? [] : [place] });
  return whyOf(candidate(place, ...rest), request, unscored).reasons;
}

const search = (code: string) => testLocator.locateSearch({ inseeCode: code })!;

describe("why a visitor sees an ad", () => {
  it.each([
    ["80021", "d'Amiens"],
    ["72181", "du Mans"],
    ["17300", "de La Rochelle"],
    ["97101", "des Abymes"],
    ["75056", "de Paris"],
  ])("%s is told as a search around %s", (code, ofTown) => {
    expect(reasonsFor(search(code))[0]).toBe(
      `Vous voyez cette annonce parce que vous cherchez autour ${ofTown}.`,
    );
  });

  it("tells a département or region from inside", () => {
    const inside = (place: VisitorPlace | null) => reasonsFor(place)[0];
    expect(inside(testLocator.locateSearch({ departement: "87" }))).toContain(
      "vous cherchez dans la Haute-Vienne.",
    );
    expect(inside(testLocator.locateSearch({ region: "75" }))).toContain("en Nouvelle-Aquitaine.");
    expect(inside(search("38544"))).toContain("autour de Vienne.");
  });

  it("tells what stands behind a device, a home and an address apart", () => {
    const point = { lat: 45.835, lon: 1.262, accuracyMeters: 30 };
    const device = testLocator.locateDevice(point, true);
    expect(reasonsFor(device)[0]).toContain("votre appareil se trouve aux environs de Limoges");
    expect(reasonsFor(testLocator.locateHome({ inseeCode: "87085" }))[0]).toContain(
      "vous avez indiqué habiter aux environs de Limoges",
    );
    expect(reasonsFor(testLocator.locateIp({ ...point, accuracyMeters: 8_000 }))[0]).toContain(
      "votre connexion semble venir des environs de",
    );
  });

  it("names a distance that is always true: rounded up, with the place's own vagueness added", () => {
    const device = testLocator.locateDevice({ lat: 45.835, lon: 1.262, accuracyMeters: 30 }, true);
    expect(reasonsFor(device, {}, 4_900)[1]).toBe(
      "Vous êtes à moins de 5 km du lieu choisi par l'annonceur.",
    );
    expect(reasonsFor(device, {}, 4_950)[1]).toContain("à moins de 10 km");
    expect(reasonsFor(device, {}, 900_000)[1]).toContain("Limoges et 10 km autour");
    fc.assert(
      fc.property(fc.double({ min: 0, max: 299_000, noNaN: true }), (meters) => {
        const told = /moins de (\d+) km/.exec(reasonsFor(device, {}, meters)[1] ?? "")?.[1];
        return Number(told ?? Number.POSITIVE_INFINITY) * 1_000 > meters;
      }),
    );
  });

  it("says that a national ad is one, and that an approximated outline is one", () => {
    const national = { zoneLabel: "toute la France" };
    expect(reasonsFor(null, national)).toEqual(["Cette annonce s'affiche partout en France."]);
    expect(reasonsFor(search("87085"), national)).toEqual([
      "Cette annonce s'affiche partout en France.",
    ]);
    expect(reasonsFor(search("87085"), { zoneApproximate: true })[1]).toContain(
      "(contours approchés)",
    );
  });

  it("names the page's category only if the campaign asked for one", () => {
    const request = buildRequest({ page: { category: "vehicules/voitures-neuves", keywords: [] } });
    const wanting = candidate(null, { wantedCategories: ["vehicules"] });
    expect(whyOf(wanting, request, unscored).reasons[1]).toContain("« voitures neuves »");
    expect(whyOf(candidate(null), request, unscored).reasons).toHaveLength(1);
  });

  it("names an audience only if a score was read and used, and then says how to change it", () => {
    const audience = [
      { segmentId: 3, segmentName: "Cherche une voiture", minScore: 0.5, multiplier: null },
    ];
    const told = (scores: ReadonlyMap<number, number> | null) =>
      whyOf(candidate(null, { audience }), buildRequest(), { scores, impressions: new Map() });
    expect(told(new Map([[3, 0.8]])).reasons[1]).toContain("« Cherche une voiture »");
    expect(told(new Map([[3, 0.8]])).choices).toContain("choix de confidentialité");
    expect(told(null)).toMatchObject({ reasons: { length: 1 }, choices: null });
    expect(told(new Map([[4, 0.8]])).reasons).toHaveLength(1);
  });

  it("has a whole sentence for every commune of France", () => {
    const whole =
      /^Vous voyez cette annonce parce que vous cherchez (autour (de |d'|du |des )|dans |en ).+\.$/;
    const broken = / (de Le |de Les |d'Le|null|undefined)/;
    const limoges = search("87085");
    const names = [...testPlaces.communes.values()].map(({ name }) => name);
    const sentences = names.map((label) => reasonsFor({ ...limoges, label })[0] ?? "");
    expect(sentences.length).toBeGreaterThan(34_000);
    expect(sentences.filter((it) => !whole.test(it) || broken.test(it))).toEqual([]);
  });
});

describe("why a campaign did not show", () => {
  const sentences: readonly (readonly [
    RejectionRule,
    Record<string, string | number | boolean | null>,
    string,
  ])[] = [
    ["unknown_campaign", {}, "n'existe pas"],
    ["status", { status: "paused" }, "elle est en pause"],
    [
      "dates",
      { nowMs: 0, startsAtMs: 1_773_300_000_000, endsAtMs: null },
      "elle débute le 12 mars 2026",
    ],
    ["dates", { nowMs: 2, startsAtMs: 0, endsAtMs: 1 }, "terminée depuis le 1 janvier 1970"],
    ["daypart", { hourOfWeek: 30, timeZone: "Europe/Paris" }, "mardi 6 h, heure de Paris"],
    ["no_creative", { creatives: 0 }, "aucune annonce"],
    ["budget", { reason: "daily_budget", untilMs: 1 }, "Le budget du jour est dépensé"],
    ["budget", { reason: "unavailable" }, "ne répond pas"],
    ["pacing", { throttle: 0.25, chance: 0.9 }, "prend 25 % des occasions"],
    ["place_unknown", { zoneLabel: "Limoges" }, "une zone : Limoges"],
    [
      "place_intention",
      { placeIntention: "lives_here", knownPlaces: "search" },
      "qui habitent la zone",
    ],
    [
      "zone",
      { zoneLabel: "Z", placeLabel: "Tulle", distanceMeters: 80_500, radiusMeters: 10_000 },
      "Tulle est à 80,5 km du centre, le rayon est de 10 km",
    ],
    [
      "zone",
      { zoneLabel: "Z", placeLabel: "Corrèze", coveredShare: 0.2, neededShare: 0.5 },
      "couvre 20 %",
    ],
    [
      "zone",
      {
        zoneLabel: "Z",
        placeLabel: "Brest",
        distanceMeters: null,
        radiusMeters: null,
        coveredShare: 0,
      },
      "(Brest) est hors de la zone : Z",
    ],
    ["category", { pageCategory: "animaux", avoided: false }, "ne vise pas la rubrique"],
    ["category", { pageCategory: "animaux", avoided: true }, "évite la rubrique"],
    ["keyword", { pageKeywords: "", avoided: false }, "aucun mot"],
    ["keyword", { pageKeywords: "clio", avoided: true }, "évite (clio)"],
    ["device", { deviceType: "tv" }, "téléviseur"],
    [
      "audience",
      { segmentId: 1, segmentName: "Auto", score: 0.314, minScore: 0.5 },
      "31,4 % au public « Auto », il en faut 50 %",
    ],
    [
      "audience",
      { segmentId: 1, segmentName: "Auto", score: null, minScore: 0.5 },
      "On ne sait pas",
    ],
    ["no_stable_visitor", { mayStore: false }, "ne peut pas être reconnu"],
    [
      "frequency_cap",
      { per: "campaign", shown: 3, max: 3, windowSeconds: 86_400 },
      "3 fois en 1 j (maximum 3)",
    ],
    [
      "frequency_cap",
      { per: "advertiser", shown: 2, max: 2, window: "page_view" },
      "La page ouverte a déjà montré cet annonceur 2 fois (maximum 2 par page vue).",
    ],
    ["format", { placementId: "top", wanted: "image", offered: "native" }, "accepte image"],
    ["size", { placementId: "top", wanted: "300x250", offered: "728x90" }, "300x250 pixels"],
    [
      "blocked_by_placement",
      { placementId: "top", advertiserId: 1, trade: "couvreur" },
      "couvreur",
    ],
    [
      "floor",
      { placementId: "top", valueMicros: 1_500_000, floorMicros: 2_000_000 },
      "1,50\u00a0€ pour mille vues",
    ],
    ["competitor_on_page", { trade: "couvreur" }, "concurrent"],
    [
      "outranked",
      { valueMicros: 1_000_000, winningValueMicros: 3_000_000 },
      "1,00\u00a0€ contre 3,00\u00a0€",
    ],
  ];

  it.each(sentences)(
    "by the rule %s with %j is told in French with its figures",
    (rule, figures, part) => {
      const { fr, en } = describeRejection({ campaignId: 1, rule, figures });
      expect(fr).toContain(part);
      for (const sentence of [fr, en]) expect(sentence).not.toMatch(/undefined|null|NaN|\?/);
    },
  );

  it("is told in English in kilometres, days and hours", () => {
    const zone = {
      zoneLabel: "Z",
      placeLabel: "Tulle",
      distanceMeters: 80_460,
      radiusMeters: 10_000,
    };
    expect(describeRejection({ campaignId: 1, rule: "zone", figures: zone }).en).toContain(
      "Tulle is 80.5 km from its centre, its radius is 10 km",
    );
    const capped = { per: "campaign", shown: 3, max: 3 };
    const windows = [
      [86_400, "1 day"],
      [7_200, "2 hours"],
      [90, "2 minutes"],
    ] as const;
    for (const [windowSeconds, told] of windows) {
      const figures = { ...capped, windowSeconds };
      const { en } = describeRejection({ campaignId: 1, rule: "frequency_cap", figures });
      expect(en).toContain(`3 times in ${told} (at most 3)`);
    }
  });

  it("is a whole sentence even where figures are missing", () => {
    for (const rule of new Set(sentences.map(([name]) => name))) {
      const { fr, en } = describeRejection({ campaignId: 1, rule, figures: {} });
      for (const sentence of [fr, en]) {
        expect(sentence).toMatch(/^[A-ZÉÀ].*\.$/);
        expect(sentence).not.toMatch(/undefined|null|NaN/);
      }
    }
  });
});
