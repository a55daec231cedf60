import { type FieldProblem, PublicError } from "../errors.ts";
import type { CompiledZone, Zone } from "../geo/types.ts";
import {
  actorOf,
  notFound,
  requireCampaignWriter,
  requireVisible,
  requireWriter,
} from "./access.ts";
import { type CampaignFields, parseCampaign } from "./campaignSchema.ts";
import { mergePatch } from "./mergePatch.ts";
import { invalidBody } from "./problems.ts";
import type {
  CampaignRepository,
  CampaignWrite,
  OwnedSegment,
  ResolvedAudienceRule,
  StoredApiKey,
  StoredCampaign,
  StoredSegment,
} from "./repository.ts";
import { zoneSchema } from "./zoneSchema.ts";

/** What geo knows about zones. Pointers of the problems are relative to the zone ("/include/0/radiusMeters"). */
export interface ZoneRules {
  readonly validateZone: (zone: Zone) => readonly FieldProblem[];
  readonly compileZone: (zone: Zone) => CompiledZone;
}

export interface SaveCampaignDeps {
  readonly campaigns: CampaignRepository;
  readonly readSegments: () => Promise<readonly OwnedSegment[]>;
  readonly zones: ZoneRules;
}

/** Creates a campaign from a body. Throws PublicError `invalid_body` with every problem at once, or `forbidden`. */
export async function createCampaign(
  deps: SaveCampaignDeps,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredCampaign> {
  requireWriter(key);
  const write = newCampaign(deps.zones, await deps.readSegments(), body, key);
  return deps.campaigns.insert(write, actorOf(key));
}

/** A body as a campaign ready to be stored. Throws PublicError `invalid_body` with every problem at once, or `forbidden`. */
export function newCampaign(
  zones: ZoneRules,
  segments: readonly OwnedSegment[],
  body: unknown,
  key: StoredApiKey,
): CampaignWrite {
  const fields = checkCampaign(zones, body);
  requireCampaignWriter(key, fields, null);
  if (fields.status === "ended") {
    throw invalidBody([{ pointer: "/status", rule: "must be draft, active or paused at first" }]);
  }
  const audience = resolveAudience(fields, nameableBy(fields.advertiserId, segments, []));
  return { ...fields, audience, compiledZone: zones.compileZone(fields.zone) };
}

/**
 * Changes the fields that `body` names and leaves the others (top-level merge); the whole is checked again.
 * A `version` in the body must be the present one. Throws PublicError `not_found`, `forbidden`, `precondition_failed`,
 * `conflict` (another version, or an ended campaign) or `invalid_body`.
 */
export async function changeCampaign(
  deps: SaveCampaignDeps,
  campaignId: number,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredCampaign> {
  requireWriter(key);
  const transform = campaignChange(deps.zones, await deps.readSegments(), body, key);
  const changed = await deps.campaigns.change(campaignId, transform, actorOf(key));
  if (changed === null) throw notFound();
  return changed;
}

/** What a body makes of the campaign that is there. Its zone is judged at once: before a row is locked. */
export function campaignChange(
  zones: ZoneRules,
  segments: readonly OwnedSegment[],
  body: unknown,
  key: StoredApiKey,
): (present: StoredCampaign) => CampaignWrite {
  // An elaborate zone takes a tenth of a second.
  const named = hasZone(body) ? judgeZone(zones, body.zone) : null;
  return (present) => {
    requireVisible(key, present.advertiserId);
    const merged = mergePatch(campaignToInput(present), body, present.version, ["advertiserId"]);
    // A zone that the body does not name was judged when it was stored, perhaps by older limits.
    const fields = checkFields(merged, named?.problems ?? []);
    requireCampaignWriter(key, fields, present);
    refuseTransition(present.status, fields.status);
    const kept = present.audience.map(({ segmentId }) => segmentId);
    const audience = resolveAudience(fields, nameableBy(present.advertiserId, segments, kept));
    return { ...fields, audience, compiledZone: named?.compiled ?? null };
  };
}

/** Parses a campaign and asks geo about its zone even when other fields are wrong, so that all problems are told at once. */
export function checkCampaign(zones: ZoneRules, body: unknown): CampaignFields {
  return checkFields(body, hasZone(body) ? zoneProblems(zones, body.zone) : []);
}

function checkFields(body: unknown, problemsOfZone: readonly FieldProblem[]): CampaignFields {
  const parsed = parseCampaign(body);
  const problems = [...(parsed.ok ? [] : parsed.problems), ...problemsOfZone];
  if (!parsed.ok || problems.length > 0) throw invalidBody(problems);
  return parsed.value;
}

function hasZone(body: unknown): body is { readonly zone: unknown } {
  return typeof body === "object" && body !== null && "zone" in body;
}

interface JudgedZone {
  readonly problems: readonly FieldProblem[];
  /** Null for a zone with problems, or without the shape of one. */
  readonly compiled: CompiledZone | null;
}

/** Compiled even where the campaign has the same zone already: outlines may have been imported since. */
function judgeZone(zones: ZoneRules, input: unknown): JudgedZone {
  const problems = zoneProblems(zones, input);
  const zone = zoneSchema.safeParse(input);
  const isSound = zone.success && problems.length === 0;
  return { problems, compiled: isSound ? zones.compileZone(zone.data) : null };
}

function zoneProblems(zones: ZoneRules, input: unknown): readonly FieldProblem[] {
  const zone = zoneSchema.safeParse(input);
  if (!zone.success) return [];
  return zones
    .validateZone(zone.data)
    .map(({ pointer, rule }) => ({ pointer: `/zone${pointer}`, rule }));
}

/**
 * The segments that an advertiser's campaign may name: anybody's, and its own lists while they are of enough people. One that
 * it names already it may keep: it shows to nobody meanwhile.
 */
export function nameableBy(
  advertiserId: number,
  segments: readonly OwnedSegment[],
  kept: readonly number[],
): readonly StoredSegment[] {
  return segments.filter(
    (one) =>
      (one.advertiserId === null || one.advertiserId === advertiserId) &&
      (one.isUsable || kept.includes(one.segmentId)),
  );
}

/** Turns slugs into ids. Throws PublicError `invalid_body` for a segment that does not exist or is named twice. */
export function resolveAudience(
  fields: Pick<CampaignFields, "audience">,
  segments: readonly StoredSegment[],
): readonly ResolvedAudienceRule[] {
  const problems: FieldProblem[] = [];
  const seen = new Set<number>();
  const rules = fields.audience.map(({ segmentId, segment, minScore, multiplier }, index) => {
    const found = segments.find(
      (one) =>
        (segmentId === undefined || one.segmentId === segmentId) &&
        (segment === undefined || one.slug === segment),
    );
    const pointer = `/audience/${index}/${segmentId === undefined ? "segment" : "segmentId"}`;
    if (found === undefined) problems.push({ pointer, rule: "must be an existing segment" });
    else if (seen.has(found.segmentId)) problems.push({ pointer, rule: "must not be repeated" });
    seen.add(found?.segmentId ?? -1);
    return { segmentId: found?.segmentId ?? 0, minScore, multiplier };
  });
  if (problems.length > 0) throw invalidBody(problems);
  return rules;
}

/** Drafts go live, live campaigns pause and resume; an ended one stays as it was, for the books. */
function refuseTransition(from: CampaignFields["status"], to: CampaignFields["status"]): void {
  if (from === "ended") {
    throw new PublicError("conflict", "An ended campaign cannot be changed.", [
      { pointer: "/status", rule: "an ended campaign stays ended" },
    ]);
  }
  if (to === "draft" && from !== "draft") {
    throw new PublicError("conflict", "A campaign that was started cannot be a draft again.", [
      { pointer: "/status", rule: "must be active, paused or ended" },
    ]);
  }
}

function campaignToInput(campaign: StoredCampaign): Readonly<Record<string, unknown>> {
  const {
    campaignId: _id,
    version: _version,
    createdAt: _createdAt,
    updatedAt: _updatedAt,
    zoneLabel: _label,
    zoneApproximate: _approximate,
    timeZone: _timeZone,
    ...fields
  } = campaign;
  return fields;
}
