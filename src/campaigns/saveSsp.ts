import { createHash } from "node:crypto";
import { actorOf, notFound, requireAdmin } from "./access.ts";
import { mergePatch } from "./mergePatch.ts";
import { parseFields, valueOrThrow } from "./problems.ts";
import type { SspRepository, StoredApiKey, StoredSsp } from "./repository.ts";
import type { RandomBytes } from "./saveSite.ts";
import { type SspFields, sspName, sspProblems, sspSchema } from "./sspSchema.ts";

/** Says what is wrong with an address block, or null; the database only knows its length. */
export type AddressProblem = (block: string) => string | null;

export interface SaveSspDeps {
  readonly ssps: SspRepository;
  readonly randomBytes: RandomBytes;
  readonly addressProblem: AddressProblem;
}

export interface SavedSsp {
  readonly ssp: StoredSsp;
  /** Told once, when it was made; null = none was made. */
  readonly key: string | null;
}

/** Creates an SSP, with a key where it is keyed. Admins only. Throws `invalid_body`, `forbidden` or `conflict` (the name). */
export async function createSsp(
  deps: SaveSspDeps,
  body: unknown,
  key: StoredApiKey,
): Promise<SavedSsp> {
  requireAdmin(key);
  const fields = parseSsp(deps, body);
  const newKey = fields.keyed ? newKeyOf(deps) : null;
  const keyHash = newKey === null ? null : sha256(newKey);
  return { ssp: await deps.ssps.insert({ ...fields, keyHash }, actorOf(key)), key: newKey };
}

/**
 * Changes what `body` names; the name stays, and so does the key while `keyed` stays true (`renewSspKey` replaces it).
 * Throws `not_found`, `forbidden`, `conflict` or `invalid_body`.
 */
export async function changeSsp(
  deps: SaveSspDeps,
  name: string,
  body: unknown,
  key: StoredApiKey,
): Promise<SavedSsp> {
  requireAdmin(key);
  let newKey: string | null = null;
  const ssp = await change(deps, name, key, (present) => {
    const { keyHash, version } = present;
    const merged = mergePatch(withoutStored(present), body, version, ["name"]);
    const fields = parseSsp(deps, merged);
    newKey = fields.keyed && keyHash === null ? newKeyOf(deps) : null;
    const kept = fields.keyed ? keyHash : null;
    return { ...fields, keyHash: newKey === null ? kept : sha256(newKey) };
  });
  return { ssp, key: newKey };
}

/** Makes a new key; the one before it ends at once. Throws `not_found`, `forbidden` or `conflict`. */
export async function renewSspKey(
  deps: SaveSspDeps,
  name: string,
  key: StoredApiKey,
): Promise<SavedSsp> {
  requireAdmin(key);
  const newKey = newKeyOf(deps);
  const ssp = await change(deps, name, key, (present) => ({
    ...withoutStored(present),
    keyed: true,
    keyHash: sha256(newKey),
  }));
  return { ssp, key: newKey };
}

/** An SSP by its name. Admins only. Throws `forbidden` or `not_found`. */
export async function readSsp(
  ssps: SspRepository,
  name: string,
  key: StoredApiKey,
): Promise<StoredSsp> {
  requireAdmin(key);
  // Anything may stand in a path, also what the database takes for no text at all.
  if (!sspName.test(name)) throw notFound();
  const [found] = await ssps.list({ name }, { limit: 1, afterId: 0 });
  if (found === undefined) throw notFound();
  return found;
}

async function change(
  { ssps }: SaveSspDeps,
  name: string,
  key: StoredApiKey,
  transform: Parameters<SspRepository["change"]>[1],
): Promise<StoredSsp> {
  const { sspId } = await readSsp(ssps, name, key);
  const changed = await ssps.change(sspId, transform, actorOf(key));
  if (changed === null) throw notFound();
  return changed;
}

function withoutStored(present: StoredSsp): SspFields {
  const {
    sspId: _id,
    keyHash: _hash,
    version: _v,
    createdAt: _at,
    updatedAt: _u,
    ...fields
  } = present;
  return fields;
}

function parseSsp({ addressProblem }: SaveSspDeps, body: unknown): SspFields {
  return valueOrThrow(
    parseFields(sspSchema, body, (fields) => [
      ...sspProblems(fields),
      ...(fields.addresses ?? []).flatMap((block, index) => {
        const rule = addressProblem(block);
        return rule === null ? [] : [{ pointer: `/addresses/${index}`, rule }];
      }),
    ]),
  );
}

function newKeyOf({ randomBytes }: SaveSspDeps): string {
  return `ssp_${Buffer.from(randomBytes(32)).toString("base64url")}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
