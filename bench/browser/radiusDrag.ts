/**
 * `node bench/browser/radiusDrag.ts [http://localhost:8080]`: how soon hexagons and figures follow a hand that drags a radius
 * in the console, on a demo that runs (`npm start`). The hand moves once a frame, as hands do; beside it the work of the page's
 * thread, which is the same on a busy machine.
 */
import { loadavg } from "node:os";
import { type CDPSession, chromium, type Page } from "playwright-core";
import { demoAt } from "../../scripts/screenshots/startDemo.ts";
import { chromiumFlags, findChromium } from "../../test/support/chromium.ts";

const url = process.argv[2] ?? "http://localhost:8080";
const steps = 150;
const everyMs = 33;
const executablePath = findChromium();
if (executablePath === null) throw new Error("no Chromium on this machine");

const measures = ["atelier.hexagons", "atelier.figures", "atelier.forecast"] as const;

async function threadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0);
}

async function drag(page: Page, session: CDPSession): Promise<number> {
  const handle = await page.locator('[data-handle="handle"]').boundingBox();
  if (handle === null) throw new Error("there is no radius to hold");
  const at = { x: handle.x + handle.width / 2, y: handle.y + handle.height / 2 };
  await page.evaluate("performance.clearMeasures()");
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  const before = await threadMs(session);
  const startMs = performance.now();
  for (let step = 0; step < steps; step++) {
    await page.mouse.move(at.x - 50 + 50 * Math.cos(step / 12), at.y);
    const restMs = startMs + (step + 1) * everyMs - performance.now();
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
  }
  const workMs = (await threadMs(session)) - before;
  await page.mouse.up();
  return workMs;
}

async function report(page: Page, name: string): Promise<string> {
  const script = `performance.getEntriesByName(${JSON.stringify(name)}).map((it) => it.duration)`;
  const found = ((await page.evaluate(script)) as number[]).sort((a, b) => a - b);
  const at = (part: number) => (found[Math.floor(found.length * part)] ?? Number.NaN).toFixed(0);
  return `${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, of ${found.length}`;
}

const demo = await demoAt(url);
const browser = await chromium.launch({ executablePath, headless: true, args: [...chromiumFlags] });
try {
  const context = await browser.newContext({
    viewport: { width: 1_280, height: 800 },
    locale: "fr-FR",
  });
  await context.request.post(`${url}/v1/sessions`, { data: demo.people.get("florist of Limoges") });
  const page = await context.newPage();
  await page.goto(`${url}/console/create`);
  await page.locator('[data-field="place"]').fill("limoges");
  await page.getByRole("option", { name: /^Limoges \(87\)/ }).click();
  await page.locator('[data-behind="false"]').first().waitFor({ timeout: 120_000 });
  await page.locator('[data-drawn="true"]').waitFor();
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const workMs = await drag(page, session);
  await page.locator('[data-behind="false"]').first().waitFor();
  for (const name of measures) console.log(await report(page, name));
  console.log(
    `${steps} moves, one each ${everyMs} ms: ${(workMs / steps).toFixed(1)} ms of the page's thread a move; load ${loadavg()[0]?.toFixed(1)}`,
  );
} finally {
  await browser.close();
}
