import type { Router } from "express";
import type { ShownCreative } from "../campaigns/shownCreative.ts";
import type { Config } from "../config.ts";
import type { MediaStore } from "../media/mediaStore.ts";
import { rememberBriefly } from "../rememberBriefly.ts";
import { creativeFramesRouter } from "../routes/creativeFrames.ts";
import { mediaFilesRouter } from "../routes/mediaFiles.ts";
import { pageTagRouter } from "../routes/pageTag.ts";
import { shopPageRouter } from "../routes/shopPage.ts";
import { createMediaFiles } from "../stores/files/mediaFiles.ts";
import { createReadPageTag } from "../stores/files/pageTag.ts";
import { readShownCreative } from "../stores/postgres/servableRows.ts";
import { createShopIdentities } from "../stores/postgres/shopIdentities.ts";
import { createMediaBucket } from "../stores/s3/mediaBucket.ts";
import type { Stores } from "./stores.ts";

type ShownAdsConfig = Pick<
  Config,
  "publicUrl" | "dataDir" | "mediaBucket" | "mediaEndpoint" | "awsRegion"
>;

/** What visitors get of ads besides the answer to a page: pictures, frames, shops' own pages, and the tag that shows them. */
export interface ShownAds {
  readonly routers: readonly Router[];
  /** What of a creative visitors see, whether its campaign runs or not; null = nothing. */
  readonly readShown: (creativeId: number) => Promise<ShownCreative | null>;
}

/** A kill switch must hold within a second, its own way to the store included. */
const rememberMs = 700;
/** Documents of shops' own code: some 50 kB each at most. */
const mostRemembered = 200;

export function composeShownAds(config: ShownAdsConfig, { db }: Pick<Stores, "db">): ShownAds {
  const remembered = rememberBriefly((id) => readShownCreative(db, Number(id)), {
    // What is approved a moment later is shown at once.
    lifeMsOf: (shown) => (shown === null ? 0 : rememberMs),
    longestMs: rememberMs,
    most: mostRemembered,
    monotonicMs: () => performance.now(),
  });
  const readShown = (creativeId: number) => remembered(String(creativeId));
  return {
    readShown,
    routers: [
      mediaFilesRouter(openMediaStore(config)),
      creativeFramesRouter({ readShown, publicUrl: config.publicUrl }),
      pageTagRouter({ readPageTag: createReadPageTag() }),
      shopPageRouter({ readShop: createShopIdentities(db).readPage }),
    ],
  };
}

/** Where pictures are kept. */
export function openMediaStore(config: ShownAdsConfig): MediaStore {
  if (config.mediaBucket === null) return createMediaFiles(`${config.dataDir}/media`);
  return createMediaBucket({
    bucket: config.mediaBucket,
    endpoint: config.mediaEndpoint,
    region: config.awsRegion,
    credentials: null,
  });
}
