import type { Page } from "playwright-core";

/** Whom a page is shown to: the log-ins that `npm start` prints, by what it says of them. */
export type Viewer = "operator's admin" | "agency's manager" | "florist of Limoges" | null;

export interface PictureOfPage {
  /** The picture's name: `docs/images/NAME-SIZE-THEME.webp`. */
  readonly name: string;
  readonly path: string;
  readonly as: Viewer;
  /** What has to be there before the picture is taken: a CSS selector. */
  readonly ready: string;
  /** What somebody does first. */
  readonly act?: (page: Page) => Promise<void>;
  /** Left out: both. */
  readonly sizes?: readonly ("desktop" | "phone")[];
}

/** Accepts everything in the town's window and waits until the server was asked with that. */
async function acceptAll(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Tout accepter" }).click();
  await page.locator("#seen .budget").first().waitFor({ state: "attached" });
}

async function openSheet(page: Page): Promise<void> {
  await acceptAll(page);
  const handle = page.getByRole("button", { name: "Ce que voit le serveur" });
  if (await handle.isVisible()) await handle.click();
}

/** The map has drawn all that it was given: it says so itself. */
const drawn = '[data-drawn="true"]';

/** The florist's next campaign, as far as its zone. */
async function choosePlace(page: Page): Promise<void> {
  await page.locator('[data-field="place"]').fill("limoges");
  await page.getByRole("option", { name: /^Limoges \(87\)/ }).click();
  await page.locator('[data-behind="false"]').first().waitFor();
  await page.locator(drawn).waitFor();
}

/** Five weeks of hexagons. */
async function showPlaces(page: Page): Promise<void> {
  await page.locator(drawn).waitFor();
  await page.locator('[role="application"]').scrollIntoViewIfNeeded();
}

/** Every page that has a picture; one line each. */
export const picturesOfPages: readonly PictureOfPage[] = [
  { name: "town-home", path: "/demo", as: null, ready: ".cards", act: acceptAll },
  {
    name: "town-list",
    path: "/demo/annonces?ou=87085&quoi=vehicules/voitures",
    as: null,
    ready: ".rows",
    act: acceptAll,
  },
  {
    name: "town-listing",
    path: "/demo/annonce/87085-0-5",
    as: null,
    ready: ".listing",
    act: acceptAll,
  },
  {
    name: "town-seen",
    path: "/demo/annonces?ou=87114&quoi=maison/jardin",
    as: null,
    ready: ".rows",
    act: openSheet,
    sizes: ["phone"],
  },
  { name: "console-sign-in", path: "/console/sign-in", as: null, ready: "main" },
  {
    name: "console-create",
    path: "/console/create",
    as: "florist of Limoges",
    ready: '[data-field="place"]',
    act: choosePlace,
  },
  {
    name: "console-campaigns",
    path: "/console/campaigns",
    as: "agency's manager",
    ready: "main [data-index], main article",
  },
  {
    name: "console-campaign",
    path: "/console/campaigns/{florist}",
    as: "florist of Limoges",
    ready: "main",
  },
  {
    name: "console-places",
    path: "/console/campaigns/{florist}?period=month",
    as: "florist of Limoges",
    ready: '[role="application"]',
    act: showPlaces,
  },
  {
    name: "console-why",
    path: "/console/campaigns/{florist}/why",
    as: "florist of Limoges",
    ready: "main h2",
  },
  {
    name: "console-billing",
    path: "/console/billing",
    as: "florist of Limoges",
    ready: "main table",
  },
  {
    name: "console-lists",
    path: "/console/lists",
    as: "florist of Limoges",
    ready: "main h2, main table",
  },
  {
    name: "console-insights",
    path: "/console/insights",
    as: "florist of Limoges",
    ready: "main h2",
  },
  {
    name: "console-privacy",
    path: "/console/privacy",
    as: "operator's admin",
    ready: "main form",
  },
  { name: "console-webhooks", path: "/console/webhooks", as: "operator's admin", ready: "main h2" },
  {
    name: "console-organizations",
    path: "/console/organizations",
    as: "operator's admin",
    ready: "main table",
  },
  { name: "console-review", path: "/console/review", as: "operator's admin", ready: "main" },
  {
    name: "console-placements",
    path: "/console/placements",
    as: "operator's admin",
    ready: "main",
  },
  { name: "console-ssps", path: "/console/ssps", as: "operator's admin", ready: "main" },
  { name: "console-segments", path: "/console/segments", as: "operator's admin", ready: "main" },
  { name: "console-accounts", path: "/console/accounts", as: "operator's admin", ready: "main" },
  { name: "console-live", path: "/console/live", as: "operator's admin", ready: "main" },
];
