import { actorOf, notFound, requireAdmin } from "./access.ts";
import { mergePatch } from "./mergePatch.ts";
import { parseFields, valueOrThrow } from "./problems.ts";
import type {
  PlacementRepository,
  SegmentRepository,
  SiteRepository,
  StoredApiKey,
  StoredPlacement,
  StoredSegment,
  StoredSite,
} from "./repository.ts";
import { placementSchema, segmentSchema, siteSchema } from "./siteSchema.ts";

/** Bytes that nobody can guess. */
export type RandomBytes = (count: number) => Uint8Array;

const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

/** Creates a site with a new key and secret. Admins only. Throws PublicError `invalid_body` or `forbidden`. */
export async function createSite(
  sites: SiteRepository,
  body: unknown,
  key: StoredApiKey,
  randomBytes: RandomBytes,
): Promise<StoredSite> {
  requireAdmin(key);
  const fields = valueOrThrow(parseFields(siteSchema, body));
  const publicKey = `site_${toText(randomBytes(16))}`;
  return sites.insert(
    { ...fields, publicKey, signingSecret: toText(randomBytes(32)) },
    actorOf(key),
  );
}

/** Changes what `body` names; key and secret stay. Throws `not_found`, `forbidden`, `conflict` or `invalid_body`. */
export async function changeSite(
  sites: SiteRepository,
  siteId: number,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredSite> {
  requireAdmin(key);
  const changed = await sites.change(
    siteId,
    (present) => {
      const { name, allowedOrigins, publicKey, signingSecret, version } = present;
      const merged = mergePatch({ name, allowedOrigins }, body, version, []);
      return { ...valueOrThrow(parseFields(siteSchema, merged)), publicKey, signingSecret };
    },
    actorOf(key),
  );
  if (changed === null) throw notFound();
  return changed;
}

/** Creates a placement of a site. Admins only. Throws `invalid_body`, `forbidden` or `conflict` (the code is taken). */
export async function createPlacement(
  placements: PlacementRepository,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredPlacement> {
  requireAdmin(key);
  return placements.insert(valueOrThrow(parseFields(placementSchema, body)), actorOf(key));
}

/** Changes what `body` names; the site stays. Throws `not_found`, `forbidden`, `conflict` or `invalid_body`. */
export async function changePlacement(
  placements: PlacementRepository,
  placementId: number,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredPlacement> {
  requireAdmin(key);
  const changed = await placements.change(
    placementId,
    (present) => {
      const { placementId: _id, version, createdAt: _at, updatedAt: _later, ...fields } = present;
      const merged = mergePatch({ ...fields }, body, version, ["siteId"]);
      return valueOrThrow(parseFields(placementSchema, merged));
    },
    actorOf(key),
  );
  if (changed === null) throw notFound();
  return changed;
}

/** Renames a segment, or changes its categories; its slug stays. Admins only. Throws `not_found`, `forbidden`, `conflict` or `invalid_body`. */
export async function changeSegment(
  segments: SegmentRepository,
  segmentId: number,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredSegment> {
  requireAdmin(key);
  const changed = await segments.change(
    segmentId,
    ({ slug, name, categories, version }) =>
      valueOrThrow(
        parseFields(
          segmentSchema,
          mergePatch({ slug, name, categories: categories ?? [] }, body, version, ["slug"]),
        ),
      ),
    actorOf(key),
  );
  if (changed === null) throw notFound();
  return changed;
}

/** Creates a segment. Admins only. Throws `invalid_body`, `forbidden` or `conflict` (the slug is taken). */
export async function createSegment(
  segments: SegmentRepository,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredSegment> {
  requireAdmin(key);
  return segments.insert(valueOrThrow(parseFields(segmentSchema, body)), actorOf(key));
}
