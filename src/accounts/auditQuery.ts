import { z } from "zod";
import { checkedText, instant, textProblem } from "../campaigns/fieldTypes.ts";
import { type Parsed, parseFields } from "../campaigns/problems.ts";
import { PublicError } from "../errors.ts";
import type { auditEntrySchema } from "./schemas.ts";

const integer = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,15}$/, { error: `must be an integer from 1 to ${most}` })
    .transform(Number)
    .refine((value) => value <= most, { error: `must be an integer from 1 to ${most}` });
const id = () => integer(2_147_483_647).nullable().default(null);
/** The parameters of `GET /v1/audit`. */
export const auditQuerySchema = z.strictObject({
  entity: z
    .string()
    .regex(/^[a-z][a-z_]{0,39}$/, { error: "must be a kind of entity, like campaign" })
    .nullable()
    .default(null),
  entityId: id(),
  actorKeyId: id(),
  actorUserId: id(),
  organizationId: id(),
  /** From then on, and before then. */
  from: instant().nullable().default(null),
  until: instant().nullable().default(null),
  requestId: checkedText(
    (text) => text,
    (text) => textProblem(text, 100),
  )
    .meta({ minLength: 1, maxLength: 100 })
    .nullable()
    .default(null),
  limit: integer(200).default(50),
  /** Only entries before this one. */
  cursor: integer(Number.MAX_SAFE_INTEGER).nullable().default(null),
});

/** The parameters of `GET /v1/campaigns/{id}/history`. */
export const historyQuerySchema = auditQuerySchema.pick({ limit: true, cursor: true });

export type HistoryQuery = Readonly<z.output<typeof historyQuerySchema>>;
export type AuditQuery = Readonly<z.output<typeof auditQuerySchema>>;
export type AuditEntry = Readonly<z.output<typeof auditEntrySchema>>;

/** Throws PublicError `invalid_parameter` with every problem. */
export function parseAuditQuery(query: unknown): AuditQuery {
  return parametersOf(parseFields(auditQuerySchema, query));
}

/** Throws PublicError `invalid_parameter` with every problem. */
export function parseHistoryQuery(query: unknown): HistoryQuery {
  return parametersOf(parseFields(historyQuerySchema, query));
}

function parametersOf<Query>(parsed: Parsed<Query>): Query {
  if (parsed.ok) return parsed.value;
  throw new PublicError(
    "invalid_parameter",
    "A parameter is not valid.",
    parsed.problems.map(({ pointer, rule }) => ({
      pointer: pointer.slice(1),
      rule: rule === "is not a known field" ? "is not a known parameter" : rule,
    })),
  );
}

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
