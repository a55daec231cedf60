import { Router } from "express";
import { aboutPath, type ReadAbout } from "../serving/aboutAd.ts";
import {
  type AboutAd,
  aboutLanguageOf,
  aboutPage,
  aboutPolicy,
  noAboutPage,
} from "../serving/aboutPage.ts";

export interface AboutAdRouterDeps {
  readonly read: (token: string, nowMs: number) => ReadAbout;
  /** A campaign of any status, from memory; null = it is no more. */
  readonly findCampaign: (campaignId: number) => AboutAd["campaign"] | null;
  /** Our domain. */
  readonly domain: string;
  readonly now: () => number;
}

const keptSeconds = 3_600;

/**
 * GET /pourquoi/:token: the page behind "Why this ad?", in French, or in English by `?lang=en` or the browser's languages. 404
 * for an address that we did not sign or a campaign that is no more, 410 for one whose time is over; pages too.
 */
export function aboutAdRouter(deps: AboutAdRouterDeps): Router {
  const router = Router();
  router.get(`${aboutPath}:token`, (request, response) => {
    const { lang } = request.query;
    const asked = typeof lang === "string" ? lang : null;
    const language = aboutLanguageOf(asked, request.get("accept-language"));
    const read = deps.read(request.params.token, deps.now());
    const campaign = read.ok ? deps.findCampaign(read.reasons.campaignId) : null;
    response.set({
      "content-type": "text/html; charset=utf-8",
      "content-language": language,
      "content-security-policy": aboutPolicy,
      "cache-control": campaign === null ? "no-store" : `private, max-age=${keptSeconds}`,
      vary: "accept-language",
      "x-robots-tag": "noindex",
    });
    if (read.ok && campaign !== null) {
      const { reasons, lastDayMs } = read;
      const ad = { campaign, reasons, lastDayMs, domain: deps.domain };
      response.status(200).send(aboutPage(ad, language));
      return;
    }
    const problem = read.ok ? "not_ours" : read.error;
    response.status(problem === "expired" ? 410 : 404).send(noAboutPage(problem, language));
  });
  return router;
}
