import { auditList, historyList } from "../../../accounts/auditQuery.ts";
import { keyList } from "../../../accounts/lists.ts";
import {
  auditEntrySchema,
  keySchema,
  loginSchema,
  meSchema,
  newKeySchema,
  passwordChangeSchema,
  rotationSchema,
  sessionSchema,
  signInCallbackSchema,
  signInStartSchema,
  toldKeySchema,
} from "../../../accounts/schemas.ts";
import { listQuerySchema } from "../../../campaigns/listQuery.ts";
import { pageSchema } from "../../../campaigns/lists.ts";
import type { Operation } from "../operation.ts";
import { idIn } from "../parameters.ts";
import { readingOf } from "../resources.ts";

const both = { tag: "Keys", access: ["apiKey"] } as const;

const key = toldKeySchema.meta({ title: "ApiKey" });
const newKey = newKeySchema.meta({ title: "NewApiKey" });
const auditEntry = auditEntrySchema.meta({ title: "AuditEntry" });

export const keyOperations: readonly Operation[] = [
  {
    ...both,
    id: "createKey",
    method: "post",
    path: "/v1/keys",
    summary: "Make an API key",
    description: "It may no more, and lives no longer, than the key that makes it.",
    body: {
      schema: keySchema.meta({ title: "ApiKeyInput" }),
      examples: {
        reports: { role: "reader", label: "tableau de bord", scopes: ["reports:read"] },
      },
    },
    answers: {
      201: {
        description: "The key, shown this once.",
        schema: newKey,
        headers: ["ETag", "Location"],
      },
    },
  },
  {
    ...both,
    id: "listKeys",
    method: "get",
    path: "/v1/keys",
    summary: "List API keys",
    query: listQuerySchema(keyList),
    answers: { 200: { description: "A page of them.", schema: pageSchema(key) } },
  },
  {
    ...both,
    id: "readKey",
    method: "get",
    path: "/v1/keys/:apiKeyId",
    summary: "Read an API key",
    params: idIn("apiKeyId"),
    ...readingOf(keyList, key, "The key, without its secret."),
  },
  {
    ...both,
    id: "rotateKey",
    method: "post",
    path: "/v1/keys/:apiKeyId/rotate",
    summary: "Give an API key a new secret",
    description: "The old one counts for `overlapSeconds` more.",
    params: idIn("apiKeyId"),
    body: {
      schema: rotationSchema.meta({ title: "Rotation" }),
      examples: { day: { overlapSeconds: 86_400 } },
    },
    answers: {
      200: { description: "The key, shown this once.", schema: newKey, headers: ["ETag"] },
    },
  },
  {
    ...both,
    id: "revokeKey",
    method: "delete",
    path: "/v1/keys/:apiKeyId",
    summary: "Revoke an API key",
    description: "Refused on every node within a second.",
    params: idIn("apiKeyId"),
    answers: { 204: { description: "It has ended." } },
  },
];

export const sessionOperations: readonly Operation[] = [
  {
    id: "logIn",
    method: "post",
    path: "/v1/sessions",
    tag: "Keys",
    access: [],
    summary: "Log in at the console",
    description: "Sets the session's cookie.",
    body: {
      schema: loginSchema.meta({ title: "LogIn" }),
      examples: {
        jeanne: { email: "jeanne@exemple.fr", password: "quatre pommes sur une table" },
      },
    },
    answers: { 201: { description: "Who is logged in.", schema: sessionSchema } },
    problems: ["unauthenticated", "forbidden", "too_many_requests"],
  },
  {
    id: "startSignIn",
    method: "get",
    path: "/v1/sessions/oidc/start",
    tag: "Keys",
    access: [],
    summary: "Sign in at the OpenID provider",
    description: "For browsers, which it sends there; 404 where no provider is set up.",
    query: signInStartSchema,
    answers: { 303: { description: "To the provider.", headers: ["Location"] } },
    problems: ["not_found", "forbidden"],
  },
  {
    id: "finishSignIn",
    method: "get",
    path: "/v1/sessions/oidc/callback",
    tag: "Keys",
    access: [],
    summary: "Come back from the OpenID provider",
    description: "The provider sends browsers here. Sets the session's cookie.",
    query: signInCallbackSchema,
    answers: { 303: { description: "To the console.", headers: ["Location"] } },
    problems: ["not_found", "unauthenticated", "forbidden", "conflict", "too_many_requests"],
  },
  {
    ...both,
    id: "logOut",
    method: "delete",
    path: "/v1/sessions/current",
    summary: "Log out",
    answers: { 204: { description: "The session has ended." } },
  },
  {
    ...both,
    id: "logOutEverywhere",
    method: "delete",
    path: "/v1/sessions",
    summary: "End all sessions of one's own",
    answers: { 204: { description: "They have ended." } },
  },
  {
    ...both,
    id: "readMe",
    method: "get",
    path: "/v1/me",
    summary: "Who asks, and what that may",
    answers: { 200: { description: "Who asks.", schema: meSchema.meta({ title: "Me" }) } },
  },
  {
    ...both,
    id: "changePassword",
    method: "post",
    path: "/v1/me/password",
    summary: "Change one's password",
    description: "With a session; every other one ends.",
    body: {
      schema: passwordChangeSchema.meta({ title: "PasswordChange" }),
      examples: {
        longer: {
          currentPassword: "quatre pommes sur une table",
          newPassword: "cinq poires dans un panier",
        },
      },
    },
    answers: { 204: { description: "It is changed." } },
    problems: ["too_many_requests"],
  },
  {
    ...both,
    id: "listAuditEntries",
    method: "get",
    path: "/v1/audit",
    summary: "Who wrote what, when, before and after",
    description: "Newest first; each organisation reads its own.",
    query: listQuerySchema(auditList),
    answers: {
      200: {
        description: "A page of them.",
        schema: pageSchema(auditEntry),
      },
    },
  },
  {
    ...both,
    id: "readCampaignHistory",
    method: "get",
    path: "/v1/campaigns/:campaignId/history",
    tag: "Campaigns",
    summary: "Who changed a campaign and its creatives, when, before and after",
    description: "Newest first; for whoever may read the campaign.",
    params: idIn("campaignId"),
    query: listQuerySchema(historyList),
    answers: { 200: { description: "A page of entries.", schema: pageSchema(auditEntry) } },
  },
];
