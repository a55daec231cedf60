import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browser } from "../support/browser.ts";
import { findChromium, startChromium, type TestBrowser } from "../support/chromium.ts";
import { type System, startSystem } from "../support/system.ts";

const executable = findChromium();

describe.skipIf(executable === null)("GET /docs in a browser", () => {
  let system: System;
  let chromium: TestBrowser;
  beforeAll(async () => {
    [system, chromium] = await Promise.all([
      startSystem(),
      startChromium(executable ?? "", browser),
    ]);
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.close();
  });

  async function shot(page: Page, name: string): Promise<void> {
    const folder = process.env.SCREENSHOTS;
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
  }

  test("an operation is tried with an API key, nothing comes from elsewhere or against the page's policy, and a phone need not scroll sideways", async () => {
    const page = await chromium.context.newPage();
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
    await page.locator("button.authorize").first().click();
    await page.locator(".auth-container input").first().fill(system.adminKey);
    await page.locator(".auth-container button.authorize").first().click();
    await page.locator(".btn-done").first().click();
    await page.locator('[data-tag="Advertisers"]').click();
    const operation = page.locator("#operations-Advertisers-listAdvertisers");
    await operation.locator(".opblock-summary-control").click();
    await operation.locator("button.execute").click();
    const answer = operation.locator(".live-responses-table");
    await answer.locator(".response-col_status", { hasText: "200" }).first().waitFor();
    expect(await answer.textContent()).toContain("nextCursor");
    await shot(page, "docs-tried");
    await page.setViewportSize({ width: 390, height: 844 });
    const widths = await page.evaluate<readonly number[]>(
      "[document.documentElement.scrollWidth, innerWidth]",
    );
    await shot(page, "docs-phone");
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(system.url).host]);
  }, 60_000);
});
