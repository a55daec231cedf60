import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAtelierClient } from "../../sdk/src/client.ts";
import type { CampaignInput } from "../../sdk/src/generated.ts";
import { AtelierProblem } from "../../sdk/src/problem.ts";
import type { App } from "../../src/app.ts";
import type { OpenApiDocument } from "../../src/routes/openapi/document.ts";
import { operations } from "../../src/routes/openapi/operations.ts";
import { permissionOf } from "../../src/routes/openapi/permissions.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.close());

describe("the routes that are mounted", () => {
  const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort();

  test("are those that the API's description tells of, and no others", () => {
    const listeners: readonly unknown[] = system.server.http.listeners("request");
    const [app] = listeners as readonly App[];
    const mounted = (app?.routes ?? []).flatMap(({ path, methods }) =>
      // Preflights of browsers are no operations.
      methods.filter((method) => method !== "OPTIONS").map((method) => `${method} ${path}`),
    );
    expect([...new Set(mounted)].sort()).toEqual(described);
  });

  test("ask for a key where the description says so, and only there", async () => {
    const keyed = operations.filter(({ access }) => access.includes("apiKey"));
    for (const { method, path } of keyed) {
      const asked = path.replace(/:\w+/g, "1");
      const { status } = await request(system.url)[method](asked);
      expect(`${method} ${path} ${status}`).toBe(`${method} ${path} 401`);
    }
  });
});

test("a reader is refused where the description says that its role may not, and only there", async () => {
  const authorization = `Bearer ${await system.stores.giveKey("reader")}`;
  for (const operation of operations) {
    const permission = permissionOf(operation);
    if (permission === null) continue;
    const { method, path } = operation;
    const asked = path.replace(/:\w+/g, "1");
    const { status } = await request(system.url)[method](asked).set({ authorization });
    const isRefused = `${method} ${path} ${status === 403}`;
    expect(isRefused).toBe(`${method} ${path} ${!permission.roles.includes("reader")}`);
  }
});

describe("GET /openapi.json", () => {
  test("is OpenAPI 3.1 for everybody, and sent again only when it has changed", async () => {
    const first = await request(system.url).get("/openapi.json").expect(200);
    const document: OpenApiDocument = first.body;
    expect(document.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.paths as object)).toContain("/v1/campaigns/{campaignId}");
    const { etag = "" } = first.headers;
    await request(system.url).get("/openapi.json").set("if-none-match", etag).expect(304);
    await request(system.url).get("/openapi.json").set("if-none-match", '"other"').expect(200);
  });
});

describe("the typed client", () => {
  const open = () => createAtelierClient({ baseUrl: system.url, apiKey: system.adminKey });

  test("makes a shop and its campaign, changes it on the version that it knows, and is told who was faster", async () => {
    const atelier = open();
    const garage = { body: { name: "Garage du Pont", trade: "garage" } };
    const tried = await atelier.dryRun("createAdvertiser", garage);
    expect(tried).toMatchObject({ dryRun: true, status: 201, result: garage.body });
    const shop = await atelier.createAdvertiser(garage);
    const body = campaignInput({ advertiserId: shop.advertiserId });
    const { campaignId, version } = await atelier.createCampaign({ body });
    const changed = await atelier.changeCampaign(
      { campaignId, body: { name: "Autre" } },
      { ifVersion: version },
    );
    expect(changed).toMatchObject({ name: "Autre", version: version + 1 });
    const late = atelier.changeCampaign(
      { campaignId, body: { name: "Trop tard" } },
      { ifVersion: version },
    );
    await expect(late).rejects.toMatchObject({ status: 412, code: "precondition_failed" });
    await atelier.removeCampaign({ campaignId });
    await expect(atelier.readCampaign({ campaignId })).rejects.toBeInstanceOf(AtelierProblem);
  });

  test("goes through every page of a list, and writes many at once", async () => {
    const atelier = open();
    const shop = await atelier.createAdvertiser({ body: { name: "Toits", trade: "couvreur" } });
    const { advertiserId } = shop;
    const lines = ["Un", "Deux", "Trois"].map(
      (name) => ({ op: "create", body: { ...campaignInput({ advertiserId }), name } }) as const,
    );
    const broken = { op: "create", body: { name: "Quatre" } } as const;
    const statuses: number[] = [];
    const results = await atelier.bulkCampaigns({ body: [...lines, broken] });
    for await (const { status } of results) statuses.push(status);
    expect(statuses).toEqual([201, 201, 201, 422]);
    const names: string[] = [];
    const listed = atelier.every("listCampaigns", { advertiserId, limit: 1, sort: "-name" });
    for await (const { name } of listed) names.push(name);
    expect(names).toEqual(["Un", "Trois", "Deux"]);
  });

  test("repeats a write whose answer was lost, and it is done once", async () => {
    let lost = 0;
    const losing: typeof fetch = async (...asked) => {
      const answer = await fetch(...asked);
      if (lost > 0) return answer;
      lost += 1;
      await answer.body?.cancel();
      throw new TypeError("the answer was lost");
    };
    const world = { fetch: losing, wait: async () => undefined };
    const apiKey = system.adminKey;
    const atelier = createAtelierClient({ baseUrl: system.url, apiKey, world });
    const made = await atelier.createAdvertiser({ body: { name: "Perdue", trade: "fleuriste" } });
    const { items } = await open().listAdvertisers({ q: "Perdue" });
    expect(lost).toBe(1);
    expect(items.map(({ advertiserId }) => advertiserId)).toEqual([made.advertiserId]);
  });
});

/** As people write it: the types of the client are those of the API. */
const campaignInput = ({ advertiserId }: { readonly advertiserId: number }): CampaignInput => ({
  advertiserId,
  name: "Révision de printemps",
  startsOn: "2026-03-01",
  pricing: "cpc",
  bidMicros: 300_000,
  dailyBudgetMicros: 10_000_000,
  zone: { include: [{ type: "circle", lat: 45.8315, lon: 1.2578, radiusMeters: 10_000 }] },
});

describe("GET /docs", () => {
  test("is a page without a script or style of its own, under a policy that allows none", async () => {
    const { headers, text } = await request(system.url).get("/docs").expect(200);
    expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(text).not.toMatch(/<style|style=|<script>|\son[a-z]+=|https?:\/\//);
    const files = [...text.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(
      ([, path = ""]) => path,
    );
    expect(files).toHaveLength(4);
    for (const file of files) {
      const sent = await request(system.url).get(file).expect(200);
      const { etag = "" } = sent.headers;
      expect(sent.headers["content-type"]).toMatch(/^text\/(javascript|css)/);
      await request(system.url).get(file).set("if-none-match", etag).expect(304);
    }
    const packed = await request(system.url).get("/docs/swagger-ui-bundle.js");
    expect(packed.headers["content-encoding"]).toBe("gzip");
  });
  test("has no other files of the machine", async () => {
    for (const name of ["package.json", "..%2fpackage.json", "swagger-ui-bundle.js.map"])
      await request(system.url).get(`/docs/${name}`).expect(404);
  });
});
