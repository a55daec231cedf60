import { type RequestHandler, Router } from "express";
import { actorOf, notFound, requireVisible } from "../campaigns/access.ts";
import {
  type ConversionSettings,
  type ConversionSettingsRepository,
  newPostbackKey,
  parseConversionSettings,
  parsePostbackKey,
} from "../campaigns/conversionSettings.ts";
import { valueOrThrow } from "../campaigns/problems.ts";
import type { CampaignRepository, OrderedPage, PageOfItems } from "../campaigns/repository.ts";
import { advertiserOfPath, writtenAdvertiserOfPath } from "./advertiserOfPath.ts";
import { apiKeyOf } from "./authenticate.ts";
import { conversionList } from "./openapi/schemas/conversions.ts";
import { parseId, parseList, sendList } from "./resource.ts";

export interface ConversionSettingsRouterDeps {
  readonly authenticate: RequestHandler;
  readonly campaigns: Pick<CampaignRepository, "read">;
  readonly settings: ConversionSettingsRepository;
  readonly advertiserExists: (advertiserId: number) => Promise<boolean>;
  readonly listConversions: (
    filter: { readonly campaignId: number; readonly attributedBy?: "click" | "view" | undefined },
    page: OrderedPage,
  ) => Promise<PageOfItems<{ readonly conversionId: number }>>;
  readonly usualSettings: ConversionSettings;
  readonly pixelIdOf: (advertiserId: number) => string;
  readonly publicUrl: string;
  readonly randomBytes: (size: number) => Uint8Array;
}

/** What shops settle about their conversions, and read of them. Each route asks for a key by itself. */
export function conversionSettingsRouter(deps: ConversionSettingsRouterDeps): Router {
  const { authenticate, settings } = deps;
  const router = Router();
  addSettings(router, deps);

  const keys = "/v1/advertisers/:advertiserId/postback-keys";
  router.get(keys, authenticate, async (request, response) => {
    response.json({ items: await settings.listKeys(await advertiserOfPath(request, deps)) });
  });
  router.post(keys, authenticate, async (request, response) => {
    const advertiserId = await writtenAdvertiserOfPath(request, deps);
    const { label } = valueOrThrow(parsePostbackKey(request.body));
    const { key, keyHash } = newPostbackKey(deps.randomBytes(32));
    const actor = actorOf(apiKeyOf(request));
    const saved = await settings.insertKey(advertiserId, { keyHash, label }, actor);
    if (saved === null) throw notFound();
    // Shown this once: only its hash is kept.
    response.status(201).json({ ...saved, key });
  });
  router.delete(`${keys}/:postbackKeyId`, authenticate, async (request, response) => {
    const advertiserId = await writtenAdvertiserOfPath(request, deps);
    const keyId = parseId(request, "postbackKeyId");
    const actor = actorOf(apiKeyOf(request));
    if (!(await settings.revokeKey(advertiserId, keyId, actor))) throw notFound();
    response.status(204).end();
  });

  router.get("/v1/campaigns/:campaignId/conversions", authenticate, async (request, response) => {
    const list = parseList(request, conversionList);
    const campaign = await deps.campaigns.read(parseId(request, "campaignId"));
    if (campaign === null) throw notFound();
    requireVisible(apiKeyOf(request), campaign.advertiserId);
    const filter = { campaignId: campaign.campaignId, ...list.filters };
    sendList(response, list, await deps.listConversions(filter, list));
  });
  return router;
}

function addSettings(router: Router, deps: ConversionSettingsRouterDeps): void {
  const { authenticate, settings, pixelIdOf, publicUrl } = deps;
  const path = "/v1/advertisers/:advertiserId/conversion-settings";
  const answer = (advertiserId: number, present: ConversionSettings) => {
    const pixelId = pixelIdOf(advertiserId);
    return { advertiserId, ...present, pixelId, pixelUrl: `${publicUrl}/t/x/${pixelId}` };
  };
  router.get(path, authenticate, async (request, response) => {
    const advertiserId = await advertiserOfPath(request, deps);
    const present = (await settings.read(advertiserId)) ?? deps.usualSettings;
    response.json(answer(advertiserId, present));
  });
  router.put(path, authenticate, async (request, response) => {
    const advertiserId = await writtenAdvertiserOfPath(request, deps);
    const fields = valueOrThrow(parseConversionSettings(request.body));
    const actor = actorOf(apiKeyOf(request));
    if (!(await settings.write(advertiserId, fields, actor))) throw notFound();
    response.json(answer(advertiserId, fields));
  });
}
