import type { Router } from "express";
import type { Config } from "../config.ts";
import { aboutAdRouter } from "../routes/aboutAd.ts";
import { type AboutUrlOf, aboutKeyFrom, createAboutUrlOf, readAbout } from "../serving/aboutAd.ts";
import { findCampaign, type Snapshot } from "../targeting/snapshot.ts";

export interface AboutAds {
  readonly aboutUrlOf: AboutUrlOf;
  readonly router: Router;
}

/** The pages that tell why an ad was shown, and their addresses. */
export function composeAboutAds(
  config: Pick<Config, "tokenSecret" | "previousTokenSecret">,
  snapshot: () => Snapshot,
  { publicUrl, nowMs }: { readonly publicUrl: string; readonly nowMs: () => number },
): AboutAds {
  const key = aboutKeyFrom(Buffer.from(config.tokenSecret));
  const { previousTokenSecret: previous } = config;
  const keys = [key, ...(previous === null ? [] : [aboutKeyFrom(Buffer.from(previous))])];
  return {
    aboutUrlOf: createAboutUrlOf(publicUrl, key),
    router: aboutAdRouter({
      read: (token, atMs) => readAbout(token, keys, atMs),
      findCampaign: (campaignId) => findCampaign(snapshot(), campaignId),
      domain: new URL(publicUrl).hostname,
      now: nowMs,
    }),
  };
}
