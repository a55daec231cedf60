import { z } from "zod";
import { checkedText, instant, textProblem } from "../campaigns/fieldTypes.ts";
import { idFilter, type ListRequest, listSpec } from "../campaigns/listQuery.ts";
import { auditEntrySchema } from "./schemas.ts";

/** What the audit log can be asked for. docs/accounts.md has the same. */

const entityRule = "must be a kind of entity, like campaign";
const requestId = () =>
  checkedText(
    (text) => text,
    (text) => textProblem(text, 100),
  ).meta({ minLength: 1, maxLength: 100 });

const log = {
  idField: "auditId",
  sorts: { id: "id" },
  isLatestFirst: true,
  maxId: Number.MAX_SAFE_INTEGER,
  fields: Object.keys(auditEntrySchema.shape),
} as const;

export const auditList = listSpec({
  ...log,
  collection: "audit",
  filters: {
    entity: z
      .string()
      .regex(/^[a-z][a-z_]{0,39}$/, { error: entityRule })
      .optional(),
    entityId: idFilter(),
    actorKeyId: idFilter(),
    actorUserId: idFilter(),
    organizationId: idFilter(),
    /** From then on, and before then. */
    from: instant().optional(),
    until: instant().optional(),
    requestId: requestId().optional(),
  },
});

/** Of one campaign and its creatives. */
export const historyList = listSpec({ ...log, collection: "history", filters: {} });

export type AuditFilter = ListRequest<(typeof auditList)["filters"]>["filters"];
export type AuditEntry = Readonly<z.output<typeof auditEntrySchema>>;

/** What an organisation reads of its own log: of others that wrote or are named in it, nothing but who they are. */
export function auditEntryFor(entry: AuditEntry, organizationId: number): AuditEntry {
  const isOwn =
    entry.actor.organizationId === null || entry.actor.organizationId === organizationId;
  const actor = isOwn ? entry.actor : { ...entry.actor, apiKeyId: null, userId: null };
  const requestId = isOwn ? entry.requestId : null;
  const { before, after } = entry;
  return {
    ...entry,
    actor: { ...actor, organizationId: isOwn ? actor.organizationId : null },
    requestId,
    before: withoutOthers(before, organizationId),
    after: withoutOthers(after, organizationId),
  };
}

function withoutOthers(thing: AuditEntry["before"], organizationId: number): AuditEntry["before"] {
  const isForeign = thing?.organizationId !== undefined && thing.organizationId !== organizationId;
  return isForeign ? { ...thing, organizationId: null } : thing;
}
