import type { Page } from "playwright-core";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { App } from "../../src/app.ts";
import type { OpenApiDocument } from "../../src/routes/openapi/document.ts";
import { operations } from "../../src/routes/openapi/operations.ts";
import { browser } from "../support/browser.ts";
import { findChromium, startChromium, type TestBrowser } from "../support/chromium.ts";
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

const executable = findChromium();

describe.skipIf(executable === null)("GET /docs in a browser", () => {
  let chromium: TestBrowser;
  beforeAll(async () => {
    chromium = await startChromium(executable ?? "", browser);
  });
  afterAll(() => chromium?.close());

  /** The page, what its policy refused and what went wrong in it, and the hosts that it asked. */
  async function open(width: number, height: number) {
    const page = await chromium.context.newPage();
    await page.setViewportSize({ width, height });
    const complaints: string[] = [];
    const hosts = new Set<string>();
    page.on("console", (told) => {
      if (told.type() === "error" || told.type() === "warning") complaints.push(told.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (asked) => {
      if (!asked.url().startsWith("data:")) hosts.add(new URL(asked.url()).host);
    });
    await page.goto(`${system.url}/docs`);
    await page.locator("#operations-Campaigns-listCampaigns, .opblock-tag").first().waitFor();
    return { page, complaints, hosts };
  }

  async function shot(page: Page, name: string): Promise<void> {
    const folder = process.env.SCREENSHOTS;
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
  }

  test("an operation is tried with an API key, and nothing comes from elsewhere or against the page's policy", async () => {
    const { page, complaints, hosts } = await open(1_280, 900);
    await page.locator("button.authorize").click();
    await page.locator(".auth-container input").first().fill(system.adminKey);
    await shot(page, "docs-authorize");
    await page.locator(".auth-container button.authorize").first().click();
    await page.locator(".btn-done").first().click();
    await page.locator('[data-tag="Advertisers"]').click();
    await page.locator("#operations-Advertisers-listAdvertisers .opblock-summary-control").click();
    await page.locator("#operations-Advertisers-listAdvertisers button.execute").click();
    const answer = page.locator("#operations-Advertisers-listAdvertisers .live-responses-table");
    await answer.locator(".response-col_status", { hasText: "200" }).first().waitFor();
    expect(await answer.textContent()).toContain("nextCursor");
    await shot(page, "docs-tried");
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(system.url).host]);
  });

  test("a phone need not scroll sideways", async () => {
    const { page, complaints } = await open(390, 844);
    await page.locator('[data-tag="Campaigns"]').click();
    await page.locator("#operations-Campaigns-createCampaign .opblock-summary-control").click();
    await page.locator("#operations-Campaigns-createCampaign .opblock-body").waitFor();
    const widths = await page.evaluate<readonly number[]>(
      "[document.documentElement.scrollWidth, innerWidth]",
    );
    await shot(page, "docs-phone");
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
    expect(complaints).toEqual([]);
  });
});
