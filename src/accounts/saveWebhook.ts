import { actorOf, maySeeOrganization, notFound, requirePermission } from "../campaigns/access.ts";
import { mergePatch, requireIfMatch } from "../campaigns/mergePatch.ts";
import { invalidBody, parseFields, valueOrThrow } from "../campaigns/problems.ts";
import type { Caller, Repository } from "../campaigns/repository.ts";
import type { OrganizationRepository, StoredOrganization } from "./repository.ts";
import {
  type ToldWebhook,
  webhookPatchSchema,
  webhookRotationSchema,
  webhookSchema,
} from "./webhookSchemas.ts";

/** A webhook with what its secrets are made from. */
export interface StoredWebhook extends ToldWebhook {
  readonly secretSalt: string;
  readonly previousSalt: string | null;
  readonly previousEndsAt: string | null;
}
export type WebhookWrite = Omit<
  StoredWebhook,
  "webhookId" | "failingSince" | "version" | "createdAt" | "updatedAt"
>;
export interface WebhookFilter {
  /** Null = of all. */
  readonly organizationId: number | null;
  readonly advertiserId?: number | undefined;
  readonly active?: boolean | undefined;
}
export type WebhookRepository = Repository<StoredWebhook, WebhookWrite, WebhookFilter>;

export interface SaveWebhookDeps {
  readonly webhooks: WebhookRepository;
  readonly organizations: Pick<OrganizationRepository, "read">;
  readonly ownedAdvertiserIds: (
    organization: StoredOrganization,
    advertiserIds: readonly number[],
  ) => Promise<readonly number[]>;
  /** Why nothing may be sent to an address; null = it may. */
  readonly addressProblem: (url: string) => Promise<string | null>;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly nowMs: () => number;
}

/** Makes a webhook. Administrators only. Throws PublicError `forbidden`, `invalid_body`. */
export async function createWebhook(
  deps: SaveWebhookDeps,
  body: unknown,
  caller: Caller,
): Promise<StoredWebhook> {
  requirePermission(caller, "accounts");
  const fields = valueOrThrow(parseFields(webhookSchema, body));
  const organizationId = fields.organizationId ?? caller.organizationId;
  const organization = maySeeOrganization(caller, organizationId)
    ? await deps.organizations.read(organizationId)
    : null;
  if (organization === null)
    throw invalidBody([{ pointer: "/organizationId", rule: "must exist" }]);
  const { advertiserId, url, events, active } = fields;
  if (advertiserId !== null) {
    const owned = await deps.ownedAdvertiserIds(organization, [advertiserId]);
    if (!owned.includes(advertiserId))
      throw invalidBody([{ pointer: "/advertiserId", rule: "must exist" }]);
  }
  await requireAddress(deps, url);
  const secretSalt = newSalt(deps);
  const secrets = { secretSalt, previousSalt: null, previousEndsAt: null };
  const write = { organizationId, advertiserId, url, events, active, ...secrets };
  return deps.webhooks.insert({ ...write, disabledReason: null }, actorOf(caller));
}

/** Changes what `body` names. Switched on again, it is no longer disabled. Throws `not_found`, `forbidden`, `conflict` … */
export async function changeWebhook(
  deps: SaveWebhookDeps,
  webhookId: number,
  body: unknown,
  caller: Caller,
): Promise<StoredWebhook> {
  await readWebhook(deps, webhookId, caller);
  return change(deps, webhookId, caller, async (present) => {
    const { url, events, active } = present;
    const merged = mergePatch({ url, events, active }, body, present.version, []);
    const fields = valueOrThrow(parseFields(webhookPatchSchema, merged));
    if (fields.url !== url) await requireAddress(deps, fields.url);
    const disabledReason = fields.active ? null : present.disabledReason;
    return { ...present, ...fields, disabledReason };
  });
}

/** A new secret; deliveries are signed with the old one too for `overlapSeconds` more. */
export function rotateWebhook(
  deps: SaveWebhookDeps,
  webhookId: number,
  body: unknown,
  caller: Caller,
): Promise<StoredWebhook> {
  const { overlapSeconds } = valueOrThrow(parseFields(webhookRotationSchema, body));
  const endsAt = new Date(deps.nowMs() + overlapSeconds * 1_000).toISOString();
  return change(deps, webhookId, caller, (present) => ({
    ...present,
    secretSalt: newSalt(deps),
    previousSalt: overlapSeconds === 0 ? null : present.secretSalt,
    previousEndsAt: overlapSeconds === 0 ? null : endsAt,
  }));
}

/** Removes it with its deliveries. Throws `not_found`, `forbidden` or `precondition_failed`. */
export async function removeWebhook(
  { webhooks }: Pick<SaveWebhookDeps, "webhooks">,
  webhookId: number,
  demand: object,
  caller: Caller,
): Promise<void> {
  requirePermission(caller, "accounts");
  const check = (present: StoredWebhook): void => {
    if (!maySeeOrganization(caller, present.organizationId)) throw notFound();
    requireIfMatch(demand, present.version);
  };
  if (!(await webhooks.remove(webhookId, check, actorOf(caller)))) throw notFound();
}

/** Throws `not_found` or `forbidden`. */
export async function readWebhook(
  { webhooks }: Pick<SaveWebhookDeps, "webhooks">,
  webhookId: number,
  caller: Caller,
): Promise<StoredWebhook> {
  requirePermission(caller, "accounts");
  const found = await webhooks.read(webhookId);
  if (found === null || !maySeeOrganization(caller, found.organizationId)) throw notFound();
  return found;
}

async function change(
  { webhooks }: SaveWebhookDeps,
  webhookId: number,
  caller: Caller,
  transform: (present: StoredWebhook) => WebhookWrite | Promise<WebhookWrite>,
): Promise<StoredWebhook> {
  requirePermission(caller, "accounts");
  const changed = await webhooks.change(
    webhookId,
    (present) => {
      if (!maySeeOrganization(caller, present.organizationId)) throw notFound();
      return transform(present);
    },
    actorOf(caller),
  );
  if (changed === null) throw notFound();
  return changed;
}

async function requireAddress({ addressProblem }: SaveWebhookDeps, url: string): Promise<void> {
  const rule = await addressProblem(url);
  if (rule !== null) throw invalidBody([{ pointer: "/url", rule }]);
}

const newSalt = ({ randomBytes }: SaveWebhookDeps): string =>
  Buffer.from(randomBytes(32)).toString("base64url");
