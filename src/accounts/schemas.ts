import { z } from "zod";
import { roles, scopes } from "../campaigns/access.ts";
import {
  checkedText,
  distinctList,
  entityId,
  instant,
  lineOfText,
} from "../campaigns/fieldTypes.ts";
import { limits } from "../campaigns/limits.ts";
import { passwordLimits } from "./passwords.ts";
import { organizationKinds } from "./repository.ts";

/** What the routes of accounts take and answer. */

const emailShape = /^[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+$/;

/** An address for mail, in lower case: one account each, however it is written. */
const email = () =>
  checkedText(
    (text) => text.normalize("NFC").trim().toLowerCase(),
    (text) =>
      text.length <= 254 && emailShape.test(text) && !/\p{Cc}/u.test(text)
        ? null
        : "must be an e-mail address of at most 254 characters",
  ).meta({ format: "email", maxLength: 254 });

/** Not judged where somebody logs in: what a new one must be like is no secret, what an old one is like is. */
const givenPassword = () =>
  z
    .string()
    .min(1)
    .max(passwordLimits.most * 4);

const token = () =>
  checkedText(
    (text) => text.trim(),
    (text) => (/^[A-Za-z0-9_-]{43}$/.test(text) ? null : "must be the token of an invitation"),
  );

export const organizationSchema = z.strictObject({
  name: lineOfText(limits.nameCharacters),
  kind: z.enum(organizationKinds).exclude(["operator"]),
});
export const organizationPatchSchema = z.strictObject({
  name: lineOfText(limits.nameCharacters),
  active: z.boolean(),
});

export const invitationSchema = z.strictObject({
  email: email(),
  name: lineOfText(limits.nameCharacters),
  role: z.enum(roles),
  /** Left out: the caller's own. */
  organizationId: entityId().optional(),
});
export const userPatchSchema = z.strictObject({
  name: lineOfText(limits.nameCharacters),
  role: z.enum(roles),
  active: z.boolean(),
});
export const acceptanceSchema = z.strictObject({ token: token(), password: givenPassword() });
export const loginSchema = z.strictObject({ email: email(), password: givenPassword() });
/** Where the console wants people who have signed in; left out: its first page. */
export const signInStartSchema = z.object({
  returnTo: z
    .string()
    .max(200)
    .optional()
    .describe("Where to go afterwards: a path of the console. Left out: `/console`."),
});
/** What providers send browsers back with (RFC 6749, RFC 9207); what else they add is passed over. */
export const signInCallbackSchema = z.object({
  state: z.string().describe("As it was sent."),
  code: z.string().optional(),
  error: z.string().optional(),
  error_description: z.string().optional(),
  iss: z.string().optional(),
});
export const passwordChangeSchema = z.strictObject({
  currentPassword: givenPassword(),
  newPassword: givenPassword(),
});

export const keySchema = z.strictObject({
  label: lineOfText(limits.nameCharacters),
  role: z.enum(roles),
  /** Left out: the caller's own. */
  organizationId: entityId().optional(),
  /** Whose it is; null = the organisation's own. */
  userId: entityId().nullable().default(null),
  /** Null = all that the role may. */
  scopes: distinctList(z.enum(scopes), scopes.length).min(1).nullable().default(null),
  /** Null = all advertisers of the organisation. */
  advertiserIds: distinctList(entityId(), 1_000).min(1).nullable().default(null),
  expiresAt: instant().nullable().default(null),
});

export const rotationSchema = z.strictObject({
  /** How long the old secret still counts; at most a week. */
  overlapSeconds: z
    .int()
    .min(0)
    .max(7 * 86_400)
    .default(86_400),
});

const written = { version: z.int(), createdAt: z.iso.datetime(), updatedAt: z.iso.datetime() };

export const toldOrganizationSchema = z.object({
  organizationId: entityId(),
  name: z.string(),
  kind: z.enum(organizationKinds),
  active: z.boolean(),
  ...written,
});

export const toldUserSchema = z.object({
  userId: entityId(),
  organizationId: entityId(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  active: z.boolean(),
  /** Whether the invitation was accepted. */
  hasPassword: z.boolean(),
  invitationEndsAt: z.iso.datetime().nullable(),
  ...written,
});
export const invitedUserSchema = toldUserSchema.extend({
  /** Shown once: whoever brings it sets the password. */
  invitationToken: z.string(),
});

export const sessionSchema = z.object({ user: toldUserSchema });

export const toldKeySchema = z.object({
  apiKeyId: entityId(),
  organizationId: entityId(),
  userId: entityId().nullable(),
  label: z.string(),
  role: z.enum(roles),
  scopes: z.array(z.enum(scopes)).nullable(),
  advertiserIds: z.array(entityId()).nullable(),
  expiresAt: z.iso.datetime().nullable(),
  /** Rounded down to the hour. */
  lastUsedAt: z.iso.datetime().nullable(),
  /** Until when the secret before the last rotation counts. */
  previousEndsAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  ...written,
});
export const newKeySchema = toldKeySchema.extend({
  /** Shown once. */
  key: z.string(),
});

export const meSchema = z.object({
  organization: z.object({
    organizationId: entityId(),
    name: z.string(),
    kind: z.enum(organizationKinds),
  }),
  role: z.enum(roles),
  /** What role and scopes allow together. */
  permissions: z.array(z.enum(scopes)),
  /** Whose things are seen; null = everybody's. */
  advertiserIds: z.array(entityId()).nullable(),
  user: z.object({ userId: entityId(), name: z.string(), email: z.string() }).nullable(),
  apiKey: z.object({ apiKeyId: entityId(), label: z.string() }).nullable(),
});

export const auditEntrySchema = z.object({
  auditId: z.int(),
  at: z.iso.datetime(),
  /** Whose thing was written. */
  organizationId: entityId(),
  entity: z.string(),
  entityId: z.int(),
  /** Who wrote. Of another organisation only its name is told. */
  actor: z.object({
    label: z.string(),
    apiKeyId: entityId().nullable(),
    userId: entityId().nullable(),
    organizationId: entityId().nullable(),
  }),
  requestId: z.string().nullable(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
});
