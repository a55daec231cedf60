import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import sharp from "sharp";
import { browser as userAgent } from "../test/support/browser.ts";
import { chromiumFlags, findChromium } from "../test/support/chromium.ts";
import { type PictureOfPage, picturesOfPages, type Viewer } from "./screenshots/pages.ts";
import { demoAt, type RunningDemo, startDemo } from "./screenshots/startDemo.ts";

/**
 * Takes pictures of every page, light and dark, large and small, from the real embedded demo:
 * `npm run screenshots -- [--url URL] [--size desktop|phone] [--theme light|dark] [NAME…]`, names by how they begin; with a
 * URL from a demo that runs already.
 */
const output = join(import.meta.dirname, "..", "docs", "images");
const sizes = {
  desktop: { width: 1_280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;
const themes = ["light", "dark"] as const;
const mostBytes = 80_000;
const patienceMs = 30_000;
/** A page that asks again and again is taken as it is by then. */
const settleMs = 6_000;

type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { url: { type: "string" }, size: { type: "string" }, theme: { type: "string" } },
});
const wanted = picturesOfPages.filter(
  ({ name }) => positionals.length === 0 || positionals.some((one) => name.startsWith(one)),
);
const executable = findChromium();
if (executable === null) {
  console.error("There is no Chromium on the PATH: give one in CHROMIUM_PATH.");
  process.exit(1);
}
await mkdir(output, { recursive: true });
const demo = values.url === undefined ? await startDemo() : await demoAt(values.url);
const browser = await chromium.launch({ executablePath: executable, args: [...chromiumFlags] });
const cookiesOf = new Map<Viewer, Cookies>();
let failed = 0;
try {
  for (const picture of wanted) {
    for (const size of picture.sizes ?? (["desktop", "phone"] as const)) {
      for (const theme of themes)
        if ((values.size ?? size) === size && (values.theme ?? theme) === theme)
          failed += await take(picture, size, theme);
    }
  }
} finally {
  await browser.close();
  await demo.stop();
}
process.exit(failed === 0 ? 0 : 1);

/** Answers 1 for a page of which no picture could be taken. */
async function take(
  picture: PictureOfPage,
  size: keyof typeof sizes,
  theme: (typeof themes)[number],
): Promise<number> {
  const context = await browser.newContext({
    userAgent,
    viewport: sizes[size],
    colorScheme: theme,
    reducedMotion: "reduce",
    locale: "fr-FR",
    timezoneId: "Europe/Paris",
  });
  const file = `${picture.name}-${size}-${theme}.webp`;
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    await visit(context, page, picture);
    const bytes = await compress(await page.screenshot());
    await writeFile(join(output, file), bytes);
    console.log(`${file} ${Math.round(bytes.length / 1_000)} kB`);
    return 0;
  } catch (error) {
    console.error(`${file}: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    return 1;
  } finally {
    await context.close();
  }
}

async function visit(context: BrowserContext, page: Page, picture: PictureOfPage): Promise<void> {
  const { url } = demo;
  if (picture.as !== null) await signIn(context, picture.as);
  const path = picture.path.includes("{florist}")
    ? picture.path.replace("{florist}", await firstCampaign(context, demo))
    : picture.path;
  await page.goto(url + path);
  await page.locator(picture.ready).first().waitFor();
  await picture.act?.(page);
  await page.waitForLoadState("networkidle", { timeout: settleMs }).catch(() => undefined);
}

/** Once for all pictures: who signs in again and again is told to wait. */
async function signIn(context: BrowserContext, who: Exclude<Viewer, null>): Promise<void> {
  const known = cookiesOf.get(who);
  if (known !== undefined) return context.addCookies([...known]);
  const answer = await context.request.post(`${demo.url}/v1/sessions`, {
    data: demo.people.get(who),
  });
  if (!answer.ok()) throw new Error(`${who} could not sign in: ${answer.status()}`);
  cookiesOf.set(who, await context.cookies());
}

/** The florist's own first campaign: her session sees no others. */
async function firstCampaign(context: BrowserContext, { url }: RunningDemo): Promise<string> {
  const answer = await context.request.get(`${url}/v1/campaigns?limit=1`);
  const { items } = (await answer.json()) as { readonly items: readonly { campaignId: number }[] };
  return String(items[0]?.campaignId ?? 0);
}

/** The best quality that fits. */
async function compress(png: Buffer): Promise<Buffer> {
  for (const quality of [86, 78, 68, 56, 44, 32]) {
    const bytes = await sharp(png).webp({ quality, effort: 5 }).toBuffer();
    if (bytes.length <= mostBytes) return bytes;
  }
  return sharp(png).resize({ width: 900 }).webp({ quality: 50 }).toBuffer();
}
