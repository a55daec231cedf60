import { getResolution } from "h3-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { campaignBody } from "../../support/campaignBodies.ts";
import { type ManagementApi, openManagementApi } from "../../support/managementApi.ts";

let api: ManagementApi;
beforeAll(async () => {
  api = await openManagementApi();
});
afterAll(() => api.close());

const circle = { type: "circle", lat: 45.8336, lon: 1.2476, radiusMeters: 10_000 };
const preview = (body: object, label = "reader") => api.as(label).post("/v1/zones/preview", body);

describe("what a campaign's zone means", () => {
  it("is told when the campaign is created, read and changed, and left out of lists", async () => {
    const body = campaignBody({ advertiserId: api.shopId, zone: { include: [circle] } });
    const created = await api.as("manager").post("/v1/campaigns", body);
    expect(created.status).toBe(201);
    expect(created.body.zoneSummary).toEqual({
      label: "Limoges et 10 km autour",
      approximate: false,
      areaKm2: 314.16,
      overCoverRatio: expect.any(Number),
      timeZone: "Europe/Paris",
      warnings: [],
    });
    const path = `/v1/campaigns/${created.body.campaignId}`;
    expect((await api.as("reader").get(path)).body).toEqual(created.body);

    const zone = { include: [{ type: "commune", inseeCode: "97411" }] };
    const changed = await api.as("manager").patch(path, { zone });
    expect(changed.body.zoneSummary).toMatchObject({
      label: "Saint-Denis",
      approximate: true,
      timeZone: "Indian/Reunion",
      warnings: [{ code: "outline_approximate", pointers: ["/include/0"] }],
    });
    expect((await api.as("reader").get(path)).body).toEqual(changed.body);

    const listed = await api.as("manager").get(`/v1/campaigns?advertiserId=${api.shopId}`);
    expect(listed.body.items).toHaveLength(1);
    expect(listed.body.items[0]).not.toHaveProperty("zoneSummary");
  });

  it("asks for a pin where a circle is smaller than its centre is known", async () => {
    // Bora-Bora's point was placed by hand.
    const zone = { include: [{ type: "circle", lat: -16.51, lon: -151.75, radiusMeters: 1_000 }] };
    const body = campaignBody({ advertiserId: api.shopId, zone });
    const { zoneSummary } = (await api.as("admin").post("/v1/campaigns", body)).body;
    expect(zoneSummary.timeZone).toBe("Pacific/Tahiti");
    expect(zoneSummary.warnings).toMatchObject([
      {
        code: "pin_needed",
        fr: expect.stringContaining("épingle"),
        en: expect.stringContaining("pin"),
      },
    ]);
  });
});

describe("POST /v1/zones/preview", () => {
  it("needs a key, and any role will do", async () => {
    const body = { zone: { include: [circle] } };
    expect((await preview(body, "nobody")).status).toBe(401);
    for (const label of ["admin", "manager", "reader"])
      expect((await preview(body, label)).status).toBe(200);
  });

  it("sums a zone up and draws it in hexagons, no finer than asked", async () => {
    const { body } = await preview({ zone: { include: [circle] }, resolution: 7 });
    expect(body.summary.label).toBe("Limoges et 10 km autour");
    expect(body.cells.resolution).toBe(7);
    expect(body.cells.overCoverRatio).toBeCloseTo(1, 0);
    expect(body.cells.cells.length).toBeGreaterThan(40);
    for (const cell of body.cells.cells) expect(getResolution(cell)).toBe(7);
  });

  it.each([
    ["a circle of 200 km", { include: [{ ...circle, radiusMeters: 200_000 }] }],
    ["all of France", { include: [{ type: "france" }] }],
    ["fifty circles", { include: Array.from({ length: 50 }, () => circle) }],
  ])("draws %s in at most 2,000 hexagons", async (_name, zone) => {
    const { status, body } = await preview({ zone });
    expect(status).toBe(200);
    expect(body.cells.cells.length).toBeGreaterThan(100);
    expect(body.cells.cells.length).toBeLessThanOrEqual(2_000);
  });

  const crossed = [
    [1, 45],
    [2, 46],
    [2, 45],
    [1, 46],
    [1, 45],
  ];
  const ofVertices = (count: number) =>
    Array.from({ length: count + 1 }, (_, i) => {
      const angle = (2 * Math.PI * (i % count)) / count;
      return [1.2 + Math.cos(angle), 45.8 + Math.sin(angle)];
    });
  const polygon = (ring: readonly (readonly number[])[]) => ({
    include: [{ type: "polygon", geometry: { type: "Polygon", coordinates: [ring] } }],
  });
  it.each([
    ["no zone", {}, "/zone"],
    ["no area", { zone: { include: [] } }, "/zone/include"],
    ["51 areas", { zone: { include: Array(51).fill(circle) } }, "/zone/include"],
    [
      "a radius of 500 m",
      { zone: { include: [{ ...circle, radiusMeters: 500 }] } },
      "/zone/include/0/radiusMeters",
    ],
    [
      "an unknown commune",
      { zone: { include: [circle, { type: "commune", inseeCode: "99999" }] } },
      "/zone/include/1/inseeCode",
    ],
    ["a ring that crosses itself", { zone: polygon(crossed) }, "/zone/include/0/geometry"],
    ["10,001 vertices", { zone: polygon(ofVertices(10_001)) }, "/zone/include/0/geometry"],
    ["a resolution of 11", { zone: { include: [circle] }, resolution: 11 }, "/resolution"],
    ["a field that nobody knows", { zone: { include: [circle] }, color: "red" }, "/color"],
  ])("refuses %s, naming where", async (_name, body, pointer) => {
    const answer = await preview(body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].pointer.startsWith(pointer)).toBe(true);
  });

  it("names the problems of the zone and of other fields together", async () => {
    const body = { zone: { include: [{ type: "commune", inseeCode: "99999" }] }, resolution: -1 };
    const pointers = (await preview(body)).body.errors.map(
      (it: { readonly pointer: string }) => it.pointer,
    );
    expect(pointers).toEqual(["/resolution", "/zone/include/0/inseeCode"]);
  });
});
