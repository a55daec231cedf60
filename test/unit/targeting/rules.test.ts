import { describe, expect, test } from "vitest";
import { circle, frenchLocator, known, limoges, zoneOf } from "../../support/geography.ts";
import { buildPlacement } from "../../support/requestBuilder.ts";
import { refusal, ruleOf } from "./support.ts";

const nowMs = Date.UTC(2026, 2, 12, 9); // a Thursday, 10:00 in Paris
const inLimoges = known(frenchLocator.locateSearch({ inseeCode: "87085" }));
const deviceInLimoges = known(frenchLocator.locateDevice({ ...limoges, accuracyMeters: 20 }, true));
const nearLimoges = zoneOf([circle(limoges.lat, limoges.lon, 15_000)]);

describe("status", () => {
  test.each(["paused", "draft", "ended"] as const)(
    "a campaign that is %s does not show",
    (status) => {
      expect(refusal({ campaign: { status } })).toEqual({ rule: "status", figures: { status } });
    },
  );
  test("a campaign without a creative does not show", () => {
    expect(ruleOf({ campaign: { creatives: [] } })).toBe("no_creative");
  });
});

describe("dates", () => {
  test("a campaign shows from the very millisecond of its start", () => {
    expect(ruleOf({ campaign: { startsAtMs: nowMs } })).toBe("shown");
    expect(ruleOf({ campaign: { startsAtMs: nowMs + 1 } })).toBe("dates");
  });
  test("a campaign shows until just before its end", () => {
    expect(ruleOf({ campaign: { endsAtMs: nowMs + 1 } })).toBe("shown");
    expect(refusal({ campaign: { startsAtMs: 5, endsAtMs: nowMs } })).toEqual({
      rule: "dates",
      figures: { nowMs, startsAtMs: 5, endsAtMs: nowMs },
    });
  });
});

describe("daypart", () => {
  const thursdayAtTen = 3 * 24 + 10;
  test("a campaign shows at its hours of the week", () => {
    expect(ruleOf({ campaign: { hoursOfWeek: [thursdayAtTen] } })).toBe("shown");
    expect(refusal({ campaign: { hoursOfWeek: [thursdayAtTen + 1] } })).toEqual({
      rule: "daypart",
      figures: { hourOfWeek: thursdayAtTen, timeZone: "Europe/Paris" },
    });
    expect(ruleOf({ campaign: { hoursOfWeek: [] } })).toBe("daypart");
  });
  test("hours are those of the campaign's own zone: 13:00 in La Réunion when it is 10:00 in Paris", () => {
    const zone = zoneOf([{ type: "departement", code: "974" }]);
    const places = [known(frenchLocator.locateSearch({ inseeCode: "97411" }))];
    const at = (hour: number) => ({
      campaign: { zone, hoursOfWeek: [3 * 24 + hour] },
      request: { places },
    });
    expect(ruleOf(at(13))).toBe("shown");
    expect(ruleOf(at(10))).toBe("daypart");
  });
});

describe("device", () => {
  test("a campaign shows on the devices that it wants, and on all when it names none", () => {
    expect(ruleOf({ campaign: { devices: ["mobile", "tv"] } })).toBe("shown");
    expect(ruleOf({ campaign: { devices: [] }, request: { deviceType: "other" } })).toBe("shown");
    expect(refusal({ campaign: { devices: ["desktop"] } })).toEqual({
      rule: "device",
      figures: { deviceType: "mobile" },
    });
  });
});

describe("budget and pacing", () => {
  test("a campaign that was refused for money waits until it is worth asking again", () => {
    const exhausted = (untilMs: number) => ({
      delivery: { exhaustedUntilMs: new Map([[1, { untilMs, reason: "balance" as const }]]) },
    });
    expect(refusal(exhausted(nowMs + 1))).toEqual({
      rule: "budget",
      figures: { reason: "balance", untilMs: nowMs + 1 },
    });
    expect(ruleOf(exhausted(nowMs))).toBe("shown");
  });
  test("a throttle lets its share of decisions through, and the same ones every time", () => {
    const passes = (throttle: number, length = 1_000) =>
      Array.from({ length }, (_, index) =>
        ruleOf({
          request: { decisionId: `decision ${index}` },
          delivery: { throttles: new Map([[1, throttle]]) },
        }),
      );
    const third = passes(0.3);
    expect(third.slice(0, 100)).toEqual(passes(0.3, 100));
    const share = third.filter((rule) => rule === "shown").length / third.length;
    expect(share).toBeGreaterThan(0.26);
    expect(share).toBeLessThan(0.34);
    expect(new Set(third)).toEqual(new Set(["shown", "pacing"]));
    expect(new Set(passes(0, 100))).toEqual(new Set(["pacing"]));
    expect(new Set(passes(1, 100))).toEqual(new Set(["shown"]));
  });
});

describe("category", () => {
  const onPage = (category: string | null) => ({ page: { category, keywords: [] } });
  test("a wanted category matches its page and the pages below it, not those above or beside", () => {
    const campaign = { wantedCategories: ["vehicules/voitures"] };
    expect(ruleOf({ campaign, request: onPage("vehicules/voitures") })).toBe("shown");
    expect(ruleOf({ campaign, request: onPage("vehicules/voitures/citadines") })).toBe("shown");
    expect(ruleOf({ campaign, request: onPage("vehicules") })).toBe("category");
    expect(ruleOf({ campaign, request: onPage("vehicules/voitures-anciennes") })).toBe("category");
    expect(ruleOf({ campaign, request: onPage(null) })).toBe("category");
  });
  test("an avoided category refuses its page and the pages below it, even if wanted above", () => {
    const campaign = { wantedCategories: ["maison"], avoidedCategories: ["maison/jardin"] };
    expect(ruleOf({ campaign, request: onPage("maison/travaux") })).toBe("shown");
    expect(refusal({ campaign, request: onPage("maison/jardin/outils") })).toEqual({
      rule: "category",
      figures: { pageCategory: "maison/jardin/outils", avoided: true },
    });
  });
});

describe("keyword", () => {
  const onPage = (...keywords: string[]) => ({ page: { category: null, keywords } });
  test("one wanted keyword is enough, whatever its case and accents", () => {
    const campaign = { wantedKeywords: ["Clio  Électrique", "zoé"] };
    expect(ruleOf({ campaign, request: onPage("peugeot", " clio electrique") })).toBe("shown");
    expect(ruleOf({ campaign, request: onPage("ZOE") })).toBe("shown");
    expect(ruleOf({ campaign, request: onPage("clio") })).toBe("keyword");
    expect(ruleOf({ campaign, request: onPage() })).toBe("keyword");
  });
  test("an avoided keyword refuses the page even beside a wanted one", () => {
    const campaign = { wantedKeywords: ["clio"], avoidedKeywords: ["accidenté"] };
    expect(refusal({ campaign, request: onPage("clio", "accidente") })).toEqual({
      rule: "keyword",
      figures: { pageKeywords: "clio, accidente", avoided: true },
    });
  });
  test("a campaign that wants very many pages is still found on each of them", () => {
    const wantedKeywords = Array.from({ length: 700 }, (_, index) => `mot ${index}`);
    expect(ruleOf({ campaign: { wantedKeywords }, request: onPage("mot 699") })).toBe("shown");
  });
});

describe("place", () => {
  test("where nothing is known of the place, only campaigns for all of France show", () => {
    expect(ruleOf({})).toBe("shown");
    const campaign = { zone: nearLimoges };
    expect(refusal({ campaign })).toEqual({
      rule: "place_unknown",
      figures: { zoneLabel: nearLimoges.label },
    });
    const butCorsica = zoneOf([{ type: "france" }], [{ type: "region", code: "94" }]);
    expect(ruleOf({ campaign: { zone: butCorsica } })).toBe("place_unknown");
    expect(ruleOf({ campaign: { placeIntention: "is_here" } })).toBe("place_intention");
  });
  test("a campaign for all of France does not show abroad", () => {
    const madrid = known(frenchLocator.locateIp({ lat: 40.4, lon: -3.7, accuracyMeters: 9_000 }));
    expect(ruleOf({ request: { places: [madrid] } })).toBe("zone");
  });
  test.each([
    ["any", "shown", "shown", "shown", "shown"],
    ["searches_here", "shown", "place_intention", "place_intention", "place_intention"],
    ["is_here", "place_intention", "shown", "place_intention", "shown"],
    ["lives_here", "place_intention", "place_intention", "shown", "place_intention"],
  ] as const)(
    "a campaign that means %s looks at the places that say so",
    (placeIntention, ...expected) => {
      const zone = zoneOf([{ type: "departement", code: "87" }]);
      const sources = [
        inLimoges,
        deviceInLimoges,
        known(frenchLocator.locateHome({ inseeCode: "87085" })),
        known(frenchLocator.locateIp({ ...limoges, accuracyMeters: 10_000 })),
      ];
      const found = sources.map((place) =>
        ruleOf({ campaign: { zone, placeIntention }, request: { places: [place] } }),
      );
      expect(found).toEqual(expected);
    },
  );
  test("the figures say how far the visitor is from the circle", () => {
    const zone = zoneOf([circle(44.8378, -0.5792, 10_000)]);
    const answer = refusal({ campaign: { zone }, request: { places: [deviceInLimoges] } });
    expect(answer).toMatchObject({
      rule: "zone",
      figures: { placeSource: "device", radiusMeters: 10_000, coveredShare: 0, neededShare: 0.5 },
    });
    const distance = answer === "shown" ? 0 : Number(answer.figures.distanceMeters);
    expect(distance).toBeGreaterThan(175_000);
    expect(distance).toBeLessThan(185_000);
  });
  test("seven of fourteen equal parts of a place are half of it, whatever floats add them up to", () => {
    const zone = zoneOf([
      circle(limoges.lat, limoges.lon, 5_000),
      { type: "commune", inseeCode: "33063" },
    ]);
    const inside = known(frenchLocator.locateDevice({ ...limoges, accuracyMeters: 30 }, true));
    const outside = known(
      frenchLocator.locateDevice({ lat: 46.3, lon: 1.26, accuracyMeters: 30 }, true),
    );
    const samplesOf = (within: number) =>
      Array.from({ length: 14 }, (_, at) => ({
        ...(at < within ? inside : outside).samples[0]!,
        weight: 1 / 14,
      }));
    const placeOf = (within: number) => [{ ...inside, samples: samplesOf(within) }];
    expect(ruleOf({ campaign: { zone }, request: { places: placeOf(7) } })).toBe("shown");
    expect(ruleOf({ campaign: { zone }, request: { places: placeOf(6) } })).toBe("zone");
  });
  test("an excluded part of a zone is not in it", () => {
    const around = circle(limoges.lat, limoges.lon, 30_000);
    const ring = zoneOf([around], [{ type: "commune", inseeCode: "87085" }]);
    expect(ruleOf({ campaign: { zone: zoneOf([around]) }, request: { places: [inLimoges] } })).toBe(
      "shown",
    );
    expect(ruleOf({ campaign: { zone: ring }, request: { places: [inLimoges] } })).toBe("zone");
  });
});

describe("audience", () => {
  const audience = [{ segmentId: 3, segmentName: "bricoleurs", minScore: 0.6, multiplier: null }];
  test("a least score is enough when it is just reached", () => {
    expect(ruleOf({ campaign: { audience }, visitor: { scores: new Map([[3, 0.6]]) } })).toBe(
      "shown",
    );
    expect(refusal({ campaign: { audience }, visitor: { scores: new Map([[3, 0.59]]) } })).toEqual({
      rule: "audience",
      figures: { segmentId: 3, segmentName: "bricoleurs", score: 0.59, minScore: 0.6 },
    });
  });
  test("a visitor who is unscored, or not for this segment, does not see the campaign", () => {
    expect(ruleOf({ campaign: { audience }, visitor: { scores: null } })).toBe("audience");
    expect(ruleOf({ campaign: { audience }, visitor: { scores: new Map([[4, 1]]) } })).toBe(
      "audience",
    );
  });
  test("a boost alone refuses nobody", () => {
    const boost = [{ segmentId: 3, segmentName: "bricoleurs", minScore: null, multiplier: 2 }];
    expect(ruleOf({ campaign: { audience: boost }, visitor: { scores: null } })).toBe("shown");
  });
});

describe("frequency cap", () => {
  const hourly = { per: "campaign", maxImpressions: 2, windowSeconds: 3_600 } as const;
  const seen = (key: string, ...secondsAgo: number[]) => ({
    impressions: new Map([[key, secondsAgo.map((seconds) => nowMs - seconds * 1_000)]]),
  });
  test("a capped campaign waits for a visitor who can be recognised", () => {
    const situation = {
      campaign: { frequencyCaps: [hourly] },
      request: { hasStableVisitor: false },
    };
    expect(ruleOf(situation)).toBe("no_stable_visitor");
    expect(ruleOf({ request: { hasStableVisitor: false } })).toBe("shown");
  });
  test("impressions count while they are younger than the window, and no longer when as old", () => {
    const campaign = { frequencyCaps: [hourly] };
    expect(refusal({ campaign, visitor: seen("c1", 3_599, 5) })).toEqual({
      rule: "frequency_cap",
      figures: { per: "campaign", shown: 2, max: 2, windowSeconds: 3_600 },
    });
    expect(ruleOf({ campaign, visitor: seen("c1", 3_600, 5) })).toBe("shown");
    expect(ruleOf({ campaign, visitor: seen("c2", 30, 5) })).toBe("shown");
  });
  test("a cap per advertiser counts what its other campaigns showed", () => {
    const campaign = {
      advertiserId: 7,
      frequencyCaps: [hourly, { per: "advertiser", maxImpressions: 1, windowSeconds: 60 } as const],
    };
    expect(ruleOf({ campaign, visitor: seen("a7", 59) })).toBe("frequency_cap");
    expect(ruleOf({ campaign, visitor: seen("a7", 60) })).toBe("shown");
  });
});

describe("placement", () => {
  const image = { format: "image", width: 300, height: 250 } as const;
  const asking = (...fields: Parameters<typeof buildPlacement>) => ({
    placements: [buildPlacement(...fields)],
  });
  test("a placement takes its formats only", () => {
    expect(refusal({ campaign: { creatives: [image] } })).toEqual({
      rule: "format",
      figures: { placementId: "top", wanted: "native", offered: "image" },
    });
  });
  test("an image must have exactly one of the sizes, or any where none is named; native has none", () => {
    const sizes = [
      [728, 90],
      [300, 250],
    ] as const;
    const formats = ["image", "native"] as const;
    const request = asking({ formats, sizes });
    expect(ruleOf({ campaign: { creatives: [image] }, request })).toBe("shown");
    expect(ruleOf({ campaign: { creatives: [{ ...image, height: 251 }] }, request })).toBe("size");
    expect(
      ruleOf({
        campaign: { creatives: [{ ...image, height: 251 }] },
        request: asking({ formats }),
      }),
    ).toBe("shown");
    expect(ruleOf({ request })).toBe("shown");
  });
  test("a size of another format does not help", () => {
    const request = asking({ formats: ["image"], sizes: [[300, 250]] });
    const creatives = [
      { ...image, width: 160 },
      { ...image, format: "html" as const },
    ];
    expect(ruleOf({ campaign: { creatives }, request })).toBe("size");
  });
  test("blocked advertisers and trades stay out", () => {
    const campaign = { advertiserId: 7, trade: "couvreur" };
    expect(refusal({ campaign, request: asking({ blockedAdvertiserIds: [7] }) })).toEqual({
      rule: "blocked_by_placement",
      figures: { placementId: "top", advertiserId: 7, trade: "couvreur" },
    });
    expect(ruleOf({ campaign, request: asking({ blockedTrades: ["couvreur"] }) })).toBe(
      "blocked_by_placement",
    );
    expect(ruleOf({ campaign, request: asking({ blockedTrades: ["plombier"] }) })).toBe("shown");
  });
  test("a value on the floor is enough; house ads fill whatever the floor", () => {
    const atFloor = asking({ floorMicros: 3_000_000 });
    expect(ruleOf({ campaign: { bidMicros: 3_000_000 }, request: atFloor })).toBe("shown");
    expect(refusal({ campaign: { bidMicros: 2_999_000 }, request: atFloor })).toEqual({
      rule: "floor",
      figures: { placementId: "top", valueMicros: 2_999_000, floorMicros: 3_000_000 },
    });
    expect(ruleOf({ campaign: { priority: "house", bidMicros: 0 }, request: atFloor })).toBe(
      "shown",
    );
  });
  test("of several placements, the refusal is told of the one where the campaign got furthest", () => {
    const placements = [
      buildPlacement({ id: "banner", formats: ["html"] }),
      buildPlacement({ id: "side", floorMicros: 9_000_000 }),
    ];
    expect(refusal({ request: { placements } })).toMatchObject({
      rule: "floor",
      figures: { placementId: "side" },
    });
  });
});
