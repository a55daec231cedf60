import { z } from "zod";
import { PublicError } from "../errors.ts";
import { mentionTexts } from "../targeting/mentions.ts";
import { maySeeAdvertiser, notFound } from "./access.ts";
import { mentionsOf } from "./contentRules/judge.ts";
import { type CreativeFields, parseCreative } from "./creativeSchema.ts";
import { entityId } from "./fieldTypes.ts";
import { bannerSizes } from "./limits.ts";
import { fillPicture, mediaIdOf } from "./mediaPicture.ts";
import { type PreviewPage, previewPage } from "./previewPage.ts";
import { invalidBody, parseFields, valueOrThrow } from "./problems.ts";
import type { AdvertiserRepository, StoredApiKey, StoredCampaign } from "./repository.ts";
import { readCreative, type SaveCreativeDeps } from "./saveCreative.ts";

export interface PreviewDeps extends SaveCreativeDeps {
  readonly advertisers: Pick<AdvertiserRepository, "read">;
  /** An origin besides https whose pictures are shown, or "". */
  readonly pictureOrigin: string;
}

/** The body of `POST /v1/creative-previews`. */
export const previewInputSchema = z.strictObject({
  advertiserId: entityId(),
  /** A creative without its campaign. */
  creative: z.record(z.string(), z.unknown()),
});

/**
 * The page of a saved creative: as a card, or with `format` "300x250" as the banner that is made of a native one.
 * Throws PublicError `not_found` or `invalid_parameter`.
 */
export async function previewSaved(
  deps: PreviewDeps,
  creativeId: number,
  format: unknown,
  key: StoredApiKey,
): Promise<PreviewPage> {
  const creative = await readCreative(deps, creativeId, key);
  const campaign = await deps.campaigns.read(creative.campaignId);
  if (campaign === null) throw notFound();
  return pageOf(deps, creative, campaign, format, creativeId);
}

/** The page of a creative that is nowhere yet. Throws PublicError `invalid_body` with every problem, or `invalid_parameter`. */
export async function previewUnsaved(
  deps: PreviewDeps,
  body: unknown,
  format: unknown,
  key: StoredApiKey,
): Promise<PreviewPage> {
  const { advertiserId, creative } = valueOrThrow(parseFields(previewInputSchema, body));
  if (!maySeeAdvertiser(key, advertiserId)) throw noAdvertiser();
  const mediaId = mediaIdOf(creative);
  const media = mediaId === null ? null : await deps.readMedia?.(mediaId, advertiserId);
  // A campaign that every schema asks for and no page shows.
  const filled = fillPicture({ ...creative, campaignId: 1 }, media ?? null);
  const parsed = parseCreative(filled.body, deps.pictures, deps.htmlRules);
  const problems = [...filled.problems, ...(parsed.ok ? [] : parsed.problems)];
  if (!parsed.ok || problems.length > 0) {
    throw invalidBody(
      problems.map(({ pointer, rule }) => ({ pointer: `/creative${pointer}`, rule })),
    );
  }
  const campaign = { advertiserId, contentCategories: [], co2Class: null };
  return pageOf(deps, parsed.value, campaign, format, 0);
}

async function pageOf(
  deps: PreviewDeps,
  creative: CreativeFields,
  campaign: Pick<StoredCampaign, "advertiserId" | "contentCategories" | "co2Class">,
  format: unknown,
  turn: number,
): Promise<PreviewPage> {
  const { advertiserId, contentCategories, co2Class } = campaign;
  const box = boxOf(creative, format);
  const advertiser = await deps.advertisers.read(advertiserId);
  if (advertiser === null) throw noAdvertiser();
  const { name: advertiserName, payerName, trade } = advertiser;
  const law = mentionsOf({ trade, contentCategories, co2Class, licences: [] });
  const mentions = mentionTexts(law, turn);
  return previewPage({ creative, advertiserName, payerName, mentions, box }, deps.pictureOrigin);
}

function boxOf(creative: CreativeFields, format: unknown): readonly [number, number] | null {
  if (format === undefined || format === creative.format) return null;
  const size = bannerSizes.find((one) => one.join("x") === format);
  const isOwn = creative.format !== "native" && format === `${creative.width}x${creative.height}`;
  if (isOwn) return null;
  if (creative.format === "native" && size !== undefined) return size;
  const rule =
    creative.format === "native"
      ? 'must be "native" or a banner\'s size such as "300x250"'
      : `must be "${creative.format}" or "${creative.width}x${creative.height}"`;
  throw new PublicError("invalid_parameter", "A parameter is not valid.", [
    { pointer: "format", rule },
  ]);
}

const noAdvertiser = () => invalidBody([{ pointer: "/advertiserId", rule: "must exist" }]);
