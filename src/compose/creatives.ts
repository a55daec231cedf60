import type { Router } from "express";
import type { PictureRule } from "../campaigns/creativeSchema.ts";
import type { OperatorSwitches, ReviewQueue } from "../campaigns/reviewQueue.ts";
import type { SaveCreativeDeps } from "../campaigns/saveCreative.ts";
import type { Config } from "../config.ts";
import { checkLandings } from "../jobs/checkLandings.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import { checkLink } from "../links/checkLink.ts";
import { createResolvesPrivately } from "../links/resolvesPrivately.ts";
import type { MediaRepository } from "../media/mediaRepository.ts";
import type { MediaStore } from "../media/mediaStore.ts";
import { createRenderPool, type RenderPool } from "../media/renderPool.ts";
import { mediaToPictures, type SaveMediaDeps } from "../media/saveMedia.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Admission } from "../routes/admission.ts";
import { creativePagesRouter } from "../routes/creativePages.ts";
import { creativesRouter } from "../routes/creatives.ts";
import { mediaRouter } from "../routes/media.ts";
import { reviewsRouter } from "../routes/reviews.ts";
import type { CampaignStore } from "../stores/postgres/campaignStore.ts";
import { createLandingChecks } from "../stores/postgres/landingChecks.ts";
import { createMediaRepository } from "../stores/postgres/mediaRows.ts";
import { createOperatorSwitches } from "../stores/postgres/operatorSwitches.ts";
import { createReviewQueue } from "../stores/postgres/reviewQueue.ts";
import { startJudging } from "./contentJudging.ts";
import type { Log } from "./log.ts";
import { openMediaStore } from "./shownAds.ts";
import { describe, type Stores } from "./stores.ts";

export type CreativeSettings = Pick<
  Config,
  | "publicUrl"
  | "dataDir"
  | "mediaBucket"
  | "mediaEndpoint"
  | "awsRegion"
  | "creativeScriptHosts"
  | "linkChecks"
>;

export interface Creatives {
  /** What saving a creative needs, for whoever makes creatives besides. */
  readonly saveCreative: SaveCreativeDeps;
  /** The same of pictures. */
  readonly savePictures: Pick<SaveMediaDeps, "media" | "store" | "render">;
  readonly routers: readonly Router[];
  /** Counts, and checks landing pages until that is stopped. */
  readonly start: (metrics: Metrics, log: Log) => readonly Repeating[];
}

/** Who hears what happens; nobody until there are metrics. */
interface Told {
  readonly uploads: (outcome: string) => void;
  readonly landings: (outcome: string) => void;
}

/** A name server that is slower than this is not waited for when a creative is saved. */
const lookupDeadlineMs = 500;
const linkDeadlineMs = 10_000;
const duePollMs = 1_000;
const reconcilePollMs = 3_600_000;

/** Creatives, their pictures, their reviews, their pages, and the pages that they lead to. */
export function composeCreatives(
  config: CreativeSettings,
  stores: Pick<Stores, "db" | "jobsDb">,
  store: CampaignStore,
  doors: Admission,
  pictures: PictureRule,
): Creatives {
  const parts: Parts = {
    media: createMediaRepository(stores.db),
    files: openMediaStore(config),
    pool: createRenderPool(),
    switches: createOperatorSwitches(stores.db),
    queue: createReviewQueue(stores.db),
    told: { uploads: () => undefined, landings: () => undefined },
  };
  const { told, pool } = parts;
  const checks = createLandingChecks(stores.jobsDb);
  const saveCreative = saveCreativeOf(config, parts, store, pictures);
  return {
    saveCreative,
    savePictures: { media: parts.media, store: parts.files, render: pool.render },
    routers: routersOf(config, parts, store, doors, saveCreative),
    start(metrics, log) {
      const about = "Uploaded pictures that wait to be made on this node";
      metrics.gauge("atelier_uploads_waiting", about, pool.waiting);
      Object.assign(told, countersOf(metrics));
      const onError = (error: unknown): void =>
        log.warn({ error: describe(error) }, "landing pages could not be checked");
      const judging = startJudging(stores.jobsDb, store, metrics, log);
      return [...startChecks(config, checks, told, onError), ...judging];
    },
  };
}

interface Parts {
  readonly media: MediaRepository;
  readonly files: MediaStore;
  readonly pool: RenderPool;
  readonly switches: OperatorSwitches;
  readonly queue: ReviewQueue;
  readonly told: Told;
}

function saveCreativeOf(
  config: CreativeSettings,
  { media, switches }: Parts,
  { creatives, campaigns }: CampaignStore,
  pictures: PictureRule,
): SaveCreativeDeps {
  return {
    creatives,
    campaigns,
    pictures,
    htmlRules: { scriptHosts: config.creativeScriptHosts ?? [] },
    async readMedia(mediaId, advertiserId) {
      const found = await media.read(mediaId);
      return found?.advertiserId === advertiserId ? mediaToPictures(found, config.publicUrl) : null;
    },
    isTrusted: async (advertiserId) =>
      (await switches.readReviewSettings(advertiserId))?.autoApprove ?? false,
    nowMs: Date.now,
    ...(config.linkChecks === "on" && {
      leadsPrivately: createResolvesPrivately({
        deadlineMs: lookupDeadlineMs,
        monotonicMs: () => performance.now(),
      }),
    }),
  };
}

function routersOf(
  { publicUrl }: CreativeSettings,
  { media, files, pool, switches, queue, told }: Parts,
  { creatives, advertisers }: CampaignStore,
  doors: Admission,
  saveCreative: SaveCreativeDeps,
): readonly Router[] {
  const pictureOrigin = saveCreative.pictures === "https" ? "" : publicUrl;
  const upload = { media, store: files, render: pool.render, advertisers };
  const onUpload: Told["uploads"] = (outcome) => told.uploads(outcome);
  const pages = { ...saveCreative, ...doors, advertisers, pictureOrigin };
  return [
    mediaRouter({ ...upload, ...doors, publicUrl, onUpload }),
    reviewsRouter({ ...doors, creatives, nowMs: Date.now, queue, switches }),
    creativePagesRouter(pages),
    creativesRouter({ ...saveCreative, ...doors }),
  ];
}

function startChecks(
  { linkChecks }: CreativeSettings,
  checks: ReturnType<typeof createLandingChecks>,
  told: Told,
  onError: (error: unknown) => void,
): readonly Repeating[] {
  if (linkChecks === "off") return [];
  const allowLoopback = linkChecks === "loopback";
  const work = async (): Promise<void> => {
    const onChecked = ({ ok }: { readonly ok: boolean }): void => {
      told.landings(ok ? "ok" : "broken");
    };
    const check = (url: string) => checkLink(url, { deadlineMs: linkDeadlineMs, allowLoopback });
    await checkLandings({ checks, check, onChecked });
  };
  return [repeat(work, duePollMs, onError), repeat(checks.reconcile, reconcilePollMs, onError)];
}

function countersOf(metrics: Metrics): Told {
  const uploads = metrics.counter(
    "atelier_uploads_total",
    "Uploads of pictures: made, known already, refused",
    ["outcome"],
  );
  const landings = metrics.counter(
    "atelier_landing_pages_total",
    "Landing pages that were asked: ok, broken",
    ["outcome"],
  );
  return {
    uploads: (outcome) => uploads.add(1, { outcome }),
    landings: (outcome) => landings.add(1, { outcome }),
  };
}
