import type { CDPSession, Page } from "playwright-core";
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

interface Cost {
  /** From the input to the drawing of what it leads to, by the page's own clock. */
  readonly waitMs: number;
  /** What the page's thread worked for it: the same however busy the machine is. */
  readonly workMs: number;
}

/** Milliseconds of work of the page's main thread since it began. */
async function workOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
}

async function measure(
  page: Page,
  session: CDPSession,
  act: string,
  isThere: string,
): Promise<Cost> {
  const before = await workOf(session);
  const waitMs = Number(
    await page.evaluate(`new Promise((resolve) => {
    const begin = performance.now();
    (${act})();
    const look = () => (${isThere})() ? resolve(performance.now() - begin) : requestAnimationFrame(look);
    requestAnimationFrame(look);
  })`),
  );
  return { waitMs, workMs: (await workOf(session)) - before };
}

const told = (costs: readonly Cost[]) => ({
  wait: summed(costs.map(({ waitMs }) => waitMs)),
  work: summed(costs.map(({ workMs }) => workMs)),
});

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

const searches = [
  ["Campagne 7", "Campagne 700"],
  ["Campagne 77", "Campagne 770"],
  ["Campagne 4321", "Campagne 4321"],
  ["", "Campagne 001"],
] as const;

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
      const session = await page.context().newCDPSession(page);
      await session.send("Performance.enable", { timeDomain: "threadTicks" });
      const found: Cost[] = [];
      const sorted: Cost[] = [];
      for (const [text, name] of searches)
        found.push(await measure(page, session, type(text), firstIs(name)));
      for (const name of ["Campagne 9999", "Campagne 001", "Campagne 9999", "Campagne 001"])
        sorted.push(await measure(page, session, clickName, firstIs(name)));
      const before = await workOf(session);
      const { frames, long } = (await page.evaluate(scroll)) as {
        readonly frames: readonly number[];
        readonly long: number;
      };
      const workAFrameMs = ((await workOf(session)) - before) / frames.length;
      const drawn = await page.locator("tbody tr").count();
      const [search, sort, frame] = [told(found), told(sorted), summed(frames)];
      console.info(
        JSON.stringify({ firstMs, allMs, drawn, search, sort, frame, long, workAFrameMs }),
      );
      expect(drawn).toBeLessThan(60);
      expect(search.work.medianMs).toBeLessThan(100);
      expect(sort.work.medianMs).toBeLessThan(100);
      expect(workAFrameMs).toBeLessThan(50);
      expectQuiet(watch);
      await close();
    },
    patientMs,
  );
});
