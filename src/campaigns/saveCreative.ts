import { PublicError } from "../errors.ts";
import {
  actorOf,
  isPlatformAdmin,
  maySeeAdvertiser,
  notFound,
  requireVisible,
  requireWriter,
} from "./access.ts";
import { flagsOf } from "./contentRules/judge.ts";
import { type CreativeFields, type PictureRule, parseCreative } from "./creativeSchema.ts";
import {
  type FilledBody,
  fillChangedPicture,
  fillPicture,
  type MediaPictures,
  mediaIdOf,
} from "./mediaPicture.ts";
import { mergePatch } from "./mergePatch.ts";
import { invalidBody } from "./problems.ts";
import { suspectCategories } from "./prohibitedCategories.ts";
import type {
  CampaignRepository,
  CreativeRepository,
  StoredApiKey,
  StoredCampaign,
  StoredCreative,
} from "./repository.ts";
import { approvedBy, pendingReview, type ReviewWrite } from "./review.ts";
import type { HtmlRules } from "./scanHtml.ts";
import { creativeToShown, showsOtherwise, wordsOf } from "./shownCreative.ts";

export interface SaveCreativeDeps {
  readonly creatives: CreativeRepository;
  readonly campaigns: CampaignRepository;
  /** Where pictures may lie; default "https". */
  readonly pictures?: PictureRule;
  /** Which scripts HTML may load; default none. */
  readonly htmlRules?: HtmlRules;
  /** What was made of an advertiser's uploaded picture, null = it has none with this id. Absent = nothing can be uploaded. */
  readonly readMedia?: (mediaId: number, advertiserId: number) => Promise<MediaPictures | null>;
  /** Whether an address is known to lead into a private network, within a short time. Absent = nobody looks. */
  readonly leadsPrivately?: (url: string) => Promise<boolean>;
  /** Advertisers whose creatives an operator need not see first. Absent = none. */
  readonly isTrusted?: (advertiserId: number) => Promise<boolean>;
  /** Milliseconds since 1970; absent = decisions bear no time. */
  readonly nowMs?: () => number;
}

/**
 * Creates a creative of a campaign that the key may write. It waits for its review unless the operator's administrator
 * makes it, or a trusted advertiser. Throws PublicError `invalid_body`, `forbidden` or `conflict`.
 */
export async function createCreative(
  deps: SaveCreativeDeps,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredCreative> {
  requireWriter(key);
  const campaign = await readNamedCampaign(deps, body, key);
  const media = await readNamedMedia(deps, mediaIdOf(body), campaign);
  const fields = parseFilled(deps, fillPicture(body, media));
  if (campaign === null) throw invalidBody([{ pointer: "/campaignId", rule: "must exist" }]);
  if (campaign.status === "ended") {
    throw new PublicError("conflict", "The campaign has ended.", [
      { pointer: "/campaignId", rule: "must not be an ended campaign" },
    ]);
  }
  await refusePrivateLanding(deps, fields.landingUrl);
  const judge = await createFirstReview(deps, campaign, key);
  return deps.creatives.insert({ ...fields, review: judge(fields) }, actorOf(key));
}

/** The creative when the key may see it; throws PublicError `not_found` otherwise. */
export async function readCreative(
  deps: SaveCreativeDeps,
  creativeId: number,
  key: StoredApiKey,
): Promise<StoredCreative> {
  return (await readOwned(deps, creativeId, key)).creative;
}

/**
 * Changes what `body` names; campaign and format stay. What visitors would see otherwise waits for its review again, and
 * the version that was approved is shown until then. Throws PublicError `not_found`, `forbidden`, `conflict` (another
 * version) or `invalid_body`.
 */
export async function changeCreative(
  deps: SaveCreativeDeps,
  creativeId: number,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredCreative> {
  requireWriter(key);
  // A creative never moves to another campaign, nor a campaign to another advertiser: what was read before stays true.
  const { creative, campaign } = await readOwned(deps, creativeId, key);
  const mediaId = mediaIdOf(body) ?? mediaIdOf(creative);
  const media = await readNamedMedia(deps, mediaId, campaign);
  const landingUrl = landingUrlOf(body);
  if (landingUrl !== null) await refusePrivateLanding(deps, landingUrl);
  const judge = await createFirstReview(deps, campaign, key);
  const changed = await deps.creatives.change(
    creativeId,
    (present) => {
      const merged = mergePatch(fieldsOf(present), body, present.version, ["campaignId", "format"]);
      if (mediaIdOf(merged) !== null && mediaIdOf(merged) !== mediaId) throw changedMeanwhile();
      const fields = parseFilled(deps, fillChangedPicture(merged, body, media));
      if (!showsOtherwise(present, fields)) return fields;
      const review = judge(fields);
      return { ...fields, review, ...approvedShownAfter(present, review) };
    },
    actorOf(key),
  );
  if (changed === null) throw notFound();
  return changed;
}

/** What its owner wrote of a creative. */
export function fieldsOf(creative: StoredCreative): CreativeFields {
  const {
    creativeId: _id,
    version: _version,
    createdAt: _at,
    updatedAt: _later,
    review: _review,
    suspension: _suspension,
    landingCheck: _check,
    ...fields
  } = creative;
  return fields;
}

/** An approved version outlives a change that waits; what waits already keeps the one that it has. */
function approvedShownAfter(present: StoredCreative, review: ReviewWrite) {
  if (review.status === "approved") return { approvedShown: null };
  if (present.review.status !== "approved") return {};
  return { approvedShown: creativeToShown(present.creativeId, fieldsOf(present)) };
}

/** What stands of a new version before anybody has looked at it. Suspect words are looked at whoever wrote them. */
async function createFirstReview(
  deps: SaveCreativeDeps,
  { advertiserId, contentCategories }: StoredCampaign,
  key: StoredApiKey,
): Promise<(fields: CreativeFields) => ReviewWrite> {
  const at = deps.nowMs === undefined ? null : new Date(deps.nowMs()).toISOString();
  if (isPlatformAdmin(key)) return () => approvedBy(key.label, at);
  const isTrusted = (await deps.isTrusted?.(advertiserId)) ?? false;
  return (fields) =>
    isTrusted && !isSuspect(wordsOf(fields), contentCategories)
      ? approvedBy("trusted advertiser", at)
      : pendingReview;
}

function isSuspect(words: string, contentCategories: readonly string[]): boolean {
  const facts = { trade: "", contentCategories, co2Class: null, licences: [] };
  return suspectCategories(words).length > 0 || flagsOf(words, facts).length > 0;
}

function parseFilled(deps: SaveCreativeDeps, { body, problems }: FilledBody): CreativeFields {
  const parsed = parseCreative(body, deps.pictures, deps.htmlRules);
  if (parsed.ok && problems.length === 0) return parsed.value;
  const others = parsed.ok ? [] : parsed.problems;
  const isOfPicture = (pointer: string): boolean => /^\/(image|icon)/.test(pointer);
  // Where a picture is missing, its addresses are too: that is said once.
  const told = problems.length === 0 ? others : others.filter((it) => !isOfPicture(it.pointer));
  throw invalidBody([...problems, ...told]);
}

async function readOwned(
  deps: SaveCreativeDeps,
  creativeId: number,
  key: StoredApiKey,
): Promise<{ readonly creative: StoredCreative; readonly campaign: StoredCampaign }> {
  const creative = await deps.creatives.read(creativeId);
  const campaign = creative === null ? null : await deps.campaigns.read(creative.campaignId);
  if (creative === null || campaign === null) throw notFound();
  requireVisible(key, campaign.advertiserId);
  return { creative, campaign };
}

/** Null = it names none that the key may see: the schema or the next step says so. */
async function readNamedCampaign(
  { campaigns }: SaveCreativeDeps,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredCampaign | null> {
  const campaignId = Object(body).campaignId as unknown;
  if (typeof campaignId !== "number" || !Number.isInteger(campaignId)) return null;
  if (campaignId < 1 || campaignId > 2_147_483_647) return null;
  const campaign = await campaigns.read(campaignId);
  return campaign !== null && maySeeAdvertiser(key, campaign.advertiserId) ? campaign : null;
}

async function readNamedMedia(
  { readMedia }: SaveCreativeDeps,
  mediaId: number | null,
  campaign: StoredCampaign | null,
): Promise<MediaPictures | null> {
  if (mediaId === null || campaign === null || readMedia === undefined) return null;
  return readMedia(mediaId, campaign.advertiserId);
}

function landingUrlOf(body: unknown): string | null {
  const landingUrl = Object(body).landingUrl as unknown;
  return typeof landingUrl === "string" ? landingUrl : null;
}

async function refusePrivateLanding(deps: SaveCreativeDeps, url: string): Promise<void> {
  if (deps.leadsPrivately === undefined || !(await deps.leadsPrivately(url))) return;
  throw invalidBody([
    { pointer: "/landingUrl", rule: "must not lead to a private or reserved address" },
  ]);
}

const changedMeanwhile = () =>
  new PublicError("conflict", "Somebody else changed this meanwhile.", [
    { pointer: "/mediaId", rule: "has been changed" },
  ]);
