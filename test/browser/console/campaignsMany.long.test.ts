import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, startConsole, type TestConsole } from "../../support/console.ts";
import { openAgency } from "../../support/consoleCampaigns.ts";
import { expectQuiet } from "../../support/consoleWatch.ts";

const campaigns = 10_000;
const patientMs = 600_000;
let world: TestConsole;

beforeAll(async () => {
  if (!hasBrowser) return;
  world = await startConsole();
  await openAgency(world.system, campaigns);
}, patientMs);
afterAll(() => world?.close());

interface Measured {
  readonly medianMs: number;
  readonly worstMs: number;
}

/** From an input to the drawing of what it leads to, several times: by the page's own clock. */
async function measure(page: Page, act: string, isThere: string): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    const begin = performance.now();
    (${act})();
    const look = () => (${isThere})() ? resolve(performance.now() - begin) : requestAnimationFrame(look);
    requestAnimationFrame(look);
  })`);
}

function summed(times: readonly number[]): Measured {
  const sorted = [...times].sort((one, other) => one - other);
  const round = (ms: number | undefined) => Math.round(ms ?? 0);
  return { medianMs: round(sorted[sorted.length >> 1]), worstMs: round(sorted.at(-1)) };
}

const type = (text: string) => `() => {
  const input = document.querySelector("input[type=search]");
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, ${JSON.stringify(text)});
  input.dispatchEvent(new Event("input", { bubbles: true }));
}`;
const firstIs = (text: string) =>
  `() => document.querySelector("tbody [data-index='0'] a")?.textContent === ${JSON.stringify(text)}`;
const clickName = `() => [...document.querySelectorAll("thead button")][0].click()`;

/** Scrolls by 1,200 pixels a frame for 240 frames; how long frames took, and how many kept the page for 50 ms or more. */
const scroll = `new Promise((resolve) => {
  const scroller = document.querySelector("table").parentElement;
  const frames = []; let long = 0; let last = 0;
  new PerformanceObserver((list) => { long += list.getEntries().length; }).observe({ type: "longtask" });
  const step = (now) => {
    if (last > 0) frames.push(now - last);
    last = now;
    scroller.scrollTop += 1200;
    if (frames.length < 240) requestAnimationFrame(step); else resolve({ frames, long });
  };
  requestAnimationFrame(step);
})`;

describe.skipIf(!hasBrowser)("ten thousand campaigns", () => {
  test(
    "are searched, ordered and scrolled without waiting, with few of them in the page",
    async () => {
      const openedMs = performance.now();
      const { page, watch, close } = await world.open({ path: "/campaigns?sort=name" });
      await page.locator("tbody tr").first().waitFor();
      const firstMs = performance.now() - openedMs;
      await page.getByText(/^10\s000 campagnes$/).waitFor({ timeout: patientMs });
      const allMs = performance.now() - openedMs;
      const found: number[] = [];
      const sorted: number[] = [];
      for (const [text, name] of [
        ["Campagne 7", "Campagne 700"],
        ["Campagne 77", "Campagne 770"],
        ["Campagne 4321", "Campagne 4321"],
        ["", "Campagne 001"],
      ] as const)
        found.push(await measure(page, type(text), firstIs(name)));
      for (const name of ["Campagne 9999", "Campagne 001", "Campagne 9999", "Campagne 001"])
        sorted.push(await measure(page, clickName, firstIs(name)));
      const { frames, long } = (await page.evaluate(scroll)) as {
        readonly frames: readonly number[];
        readonly long: number;
      };
      const drawn = await page.locator("tbody tr").count();
      const frame = summed(frames);
      const told = { firstMs: Math.round(firstMs), allMs: Math.round(allMs), drawn, long };
      console.info(JSON.stringify({ ...told, search: summed(found), sort: summed(sorted), frame }));
      expect(drawn).toBeLessThan(60);
      expect(summed(found).medianMs).toBeLessThan(500);
      expect(summed(sorted).medianMs).toBeLessThan(500);
      expect(frame.medianMs).toBeLessThan(100);
      expectQuiet(watch);
      await close();
    },
    patientMs,
  );
});
