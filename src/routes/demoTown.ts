import { type Request, type Response, Router } from "express";
import type { DemoPlace } from "../demo/demoTypes.ts";
import { drawListing } from "../demo/town/drawListing.ts";
import { findListing, listingsAround } from "../demo/town/listings.ts";
import { categoryOf } from "../demo/town/townCategories.ts";
import type { TownFile } from "../demo/town/townFiles.ts";
import { homePage, listingPage, listPage, type TownPage } from "../demo/town/townPages.ts";
import type { WatchTown } from "../demo/town/watchTown.ts";
import { PublicError } from "../errors.ts";
import { adsBodyLimitBytes, readTextBody } from "./readBody.ts";

/** Money of a campaign, this moment; micros. */
export interface TownBudget {
  readonly campaignId: number;
  readonly name: string;
  readonly dailyBudgetMicros: number | null;
  readonly totalBudgetMicros: number | null;
  readonly spentTodayMicros: number;
  readonly heldTodayMicros: number;
  readonly spentMicros: number;
}

export interface DemoTownDeps {
  readonly watch: WatchTown;
  /** Passes on what a page tells of its visitor, as it is. */
  readonly tellActivity: (
    body: string,
    userAgent: string | undefined,
  ) => Promise<{ readonly status: number; readonly json: unknown }>;
  readonly places: readonly DemoPlace[];
  /** The commune that somebody wrote: a name, a postal code or an INSEE code; null = none. */
  readonly findPlace: (text: string) => DemoPlace | null;
  readonly readFile: (name: string) => Promise<TownFile | null>;
  /** A file of the page tag, as this server has it. */
  readonly readTag: (path: string) => Promise<TownFile | null>;
  readonly readBudgets: (campaignIds: readonly number[]) => Promise<readonly TownBudget[]>;
  readonly siteKey: string;
  /** Where pictures and tracking addresses lead. */
  readonly publicUrl: string;
}

const mostBudgets = 20;
const limogesCode = "87085";
/** Enough for a list of what is large; the server finds every commune. */
const suggested = 400;

/**
 * The demo town: pages of small ads under `/demo`, with the page tag on them, and beside them what the server saw of each of
 * their requests. The key that asks for explanations stays here.
 */
export function demoTownRouter(deps: DemoTownDeps): Router {
  const router = Router();
  const pages = createPages(deps);
  router.get("/demo", (request, response) => sendPage(deps, response, pages.home(request)));
  router.get("/demo/annonces", (request, response) =>
    sendPage(deps, response, pages.list(request)),
  );
  router.get("/demo/annonce/:id", (request, response) =>
    sendPage(deps, response, pages.listing(request)),
  );
  router.get("/demo/pictures/:file", (request, response, next) => {
    const [, category = "", number = ""] =
      /^[0-9AB]{5}-(\d{1,2})-(\d{1,2})\.svg$/.exec(request.params.file) ?? [];
    if (category === "") return next();
    const body = drawListing(Number(category), Number(number));
    sendFile(response, { contentType: "image/svg+xml", body });
  });
  router.get("/demo/files/:name", async (request, response, next) => {
    const file = await deps.readFile(request.params.name);
    if (file === null) return next();
    sendFile(response, file);
  });
  router.get("/demo/tag/*path", async (request, response, next) => {
    const file = await deps.readTag(request.path.slice("/demo/tag/".length));
    if (file === null) return next();
    sendFile(response, file);
  });
  addSeen(router, deps);
  return router;
}

/** The same, made at the first request: a start does not wait for what may never be looked at. */
export function demoTownRouterWhenAsked(depsOf: () => DemoTownDeps): Router {
  const router = Router();
  let town: Router | undefined;
  router.use((request, response, next) => {
    if (!/^\/demo(\/|$)/.test(request.path)) return next();
    town ??= demoTownRouter(depsOf());
    town(request, response, next);
  });
  return router;
}

function addSeen(router: Router, { watch, tellActivity, readBudgets }: DemoTownDeps): void {
  router.post("/demo/v1/activity", async (request, response) => {
    const body = await readTextBody(request, adsBodyLimitBytes);
    const { status, json } = await tellActivity(body, request.headers["user-agent"]);
    response.status(status).setHeader("cache-control", "no-store").json(json);
  });
  router.post("/demo/v1/ads", async (request, response) => {
    const body = await readTextBody(request, adsBodyLimitBytes);
    const { status, json } = await watch.passOn(body, request.headers["user-agent"]);
    response.status(status).setHeader("cache-control", "no-store").json(json);
  });
  router.get("/demo/seen/:viewId", (request, response) => {
    response.setHeader("cache-control", "no-store").json(watch.seenOf(request.params.viewId));
  });
  router.get("/demo/budgets", async (request, response) => {
    const ids = String(request.query.campaigns ?? "")
      .split(",")
      .filter(Boolean)
      .map(Number);
    if (
      ids.length > mostBudgets ||
      !ids.every((id) => Number.isInteger(id) && id > 0 && id < 2 ** 31)
    )
      throw new PublicError("invalid_parameter", "These are no campaigns.", [
        { pointer: "/campaigns", rule: `must be at most ${mostBudgets} ids separated by commas` },
      ]);
    response.setHeader("cache-control", "no-store").json(await readBudgets(ids));
  });
}

function createPages({ places, findPlace, siteKey }: DemoTownDeps) {
  const byCode = new Map(places.map((place) => [place.inseeCode, place]));
  const limoges = byCode.get(limogesCode) ?? places[0]!;
  const suggestions = [
    ...new Set([...places].sort((a, b) => b.population - a.population).map(({ name }) => name)),
  ].slice(0, suggested);
  const pageOf = (request: Request, place: DemoPlace, code?: string): TownPage => {
    const language = request.query.lang === "en" ? "en" : "fr";
    const other = new URL(request.originalUrl, "http://localhost");
    if (language === "en") other.searchParams.delete("lang");
    else other.searchParams.set("lang", "en");
    const otherUrl = `${other.pathname}${other.search}`;
    return { language, otherUrl, place, category: categoryOf(code), siteKey, suggestions };
  };
  return {
    home: (request: Request) => {
      const page = pageOf(request, limoges);
      return homePage(page, listingsAround(limoges, places, null));
    },
    list: (request: Request) => {
      const asked = findPlace(String(request.query.ou ?? "").slice(0, 60));
      const page = pageOf(request, asked ?? limoges, String(request.query.quoi ?? ""));
      return listPage(page, listingsAround(page.place, places, page.category), asked !== null);
    },
    listing: (request: Request) => {
      const listing = findListing(String(request.params.id), byCode);
      if (listing === null) throw new PublicError("not_found", "There is no such listing.");
      const page = pageOf(request, listing.place, listing.category.code);
      const like = listingsAround(listing.place, places, listing.category);
      return listingPage(
        page,
        listing,
        like.filter(({ id }) => id !== listing.id),
      );
    },
  };
}

function sendPage({ publicUrl }: DemoTownDeps, response: Response, page: string): void {
  // Pictures of ads, their frames and their events are at the public address, which may be another name of this machine.
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    `img-src 'self' ${publicUrl}`,
    `connect-src 'self' ${publicUrl}`,
    `frame-src 'self' ${publicUrl}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  response
    .setHeader("content-security-policy", policy)
    .setHeader("cache-control", "no-store")
    .setHeader("referrer-policy", "same-origin")
    .type("html")
    .send(page);
}

function sendFile(response: Response, { contentType, body }: TownFile): void {
  response
    .setHeader("content-type", contentType)
    .setHeader("cache-control", "public, max-age=3600")
    .setHeader("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
    .end(body);
}
