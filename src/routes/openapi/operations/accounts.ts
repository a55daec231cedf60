import { auditQuerySchema } from "../../../accounts/auditQuery.ts";
import {
  acceptanceSchema,
  auditEntrySchema,
  invitationSchema,
  invitedUserSchema,
  keySchema,
  loginSchema,
  meSchema,
  newKeySchema,
  organizationPatchSchema,
  organizationSchema,
  passwordChangeSchema,
  rotationSchema,
  sessionSchema,
  toldKeySchema,
  toldOrganizationSchema,
  toldUserSchema,
  userPatchSchema,
} from "../../../accounts/schemas.ts";
import { entityId } from "../../../campaigns/fieldTypes.ts";
import type { Operation } from "../operation.ts";
import { changeHeaders, changeOf, idIn, listQuery, pageOf } from "../parameters.ts";

/** A session of the console opens what a key does. */
const both = { tag: "Keys", access: ["apiKey"] } as const;
const organizationFilter = { organizationId: entityId().optional().describe("Of this one alone.") };

const organization = toldOrganizationSchema.meta({ title: "Organization" });
const user = toldUserSchema.meta({ title: "User" });
const invitedUser = invitedUserSchema.meta({ title: "InvitedUser" });
const key = toldKeySchema.meta({ title: "ApiKey" });
const newKey = newKeySchema.meta({ title: "NewApiKey" });

const organizationOperations: readonly Operation[] = [
  {
    ...both,
    id: "createOrganization",
    method: "post",
    path: "/v1/organizations",
    summary: "Create an organisation",
    description: "An agency, or a shop that looks after itself. For the operator.",
    body: {
      schema: organizationSchema.meta({ title: "OrganizationInput" }),
      examples: { agency: { name: "Agence du Limousin", kind: "agency" } },
    },
    answers: {
      201: {
        description: "The organisation.",
        schema: organization,
        headers: ["ETag", "Location"],
      },
    },
  },
  {
    ...both,
    id: "listOrganizations",
    method: "get",
    path: "/v1/organizations",
    summary: "List organisations",
    description: "The operator's administrators see all, everybody else their own.",
    query: listQuery({}),
    answers: { 200: { description: "A page of them.", schema: pageOf(organization) } },
  },
  {
    ...both,
    id: "readOrganization",
    method: "get",
    path: "/v1/organizations/:organizationId",
    summary: "Read an organisation",
    params: idIn("organizationId"),
    answers: { 200: { description: "The organisation.", schema: organization, headers: ["ETag"] } },
  },
  {
    ...both,
    id: "changeOrganization",
    method: "patch",
    path: "/v1/organizations/:organizationId",
    summary: "Change an organisation",
    description:
      "With `active` false none of its people and keys is let in: the operator's to say.",
    params: idIn("organizationId"),
    headers: changeHeaders,
    body: {
      schema: changeOf(organizationPatchSchema, "OrganizationChange"),
      examples: { name: { name: "Agence du Centre" } },
    },
    answers: {
      200: { description: "The organisation now.", schema: organization, headers: ["ETag"] },
    },
  },
];

const userOperations: readonly Operation[] = [
  {
    ...both,
    id: "inviteUser",
    method: "post",
    path: "/v1/users",
    summary: "Invite somebody",
    description: "The token sets the password, once, within seven days.",
    body: {
      schema: invitationSchema.meta({ title: "InvitationInput" }),
      examples: {
        manager: { email: "jeanne@agence.example", name: "Jeanne Laval", role: "manager" },
      },
    },
    answers: {
      201: {
        description: "The account, and the token.",
        schema: invitedUser,
        headers: ["ETag", "Location"],
      },
    },
  },
  {
    ...both,
    id: "listUsers",
    method: "get",
    path: "/v1/users",
    summary: "List people",
    query: listQuery(organizationFilter),
    answers: { 200: { description: "A page of them.", schema: pageOf(user) } },
  },
  {
    ...both,
    id: "readUser",
    method: "get",
    path: "/v1/users/:userId",
    summary: "Read an account",
    params: idIn("userId"),
    answers: { 200: { description: "The account.", schema: user, headers: ["ETag"] } },
  },
  {
    ...both,
    id: "changeUser",
    method: "patch",
    path: "/v1/users/:userId",
    summary: "Change an account",
    description:
      "With `active` false its sessions and keys end. An organisation keeps one administrator.",
    params: idIn("userId"),
    headers: changeHeaders,
    body: {
      schema: changeOf(userPatchSchema, "UserChange"),
      examples: { leave: { active: false } },
    },
    answers: { 200: { description: "The account now.", schema: user, headers: ["ETag"] } },
  },
  {
    ...both,
    id: "renewInvitation",
    method: "post",
    path: "/v1/users/:userId/invitation",
    summary: "Give a new invitation",
    description: "For who has lost the first one, or the password.",
    params: idIn("userId"),
    answers: {
      201: { description: "The account, and the token.", schema: invitedUser, headers: ["ETag"] },
    },
  },
  {
    id: "acceptInvitation",
    method: "post",
    path: "/v1/invitations/accept",
    tag: "Keys",
    access: [],
    summary: "Set the password with an invitation",
    body: { schema: acceptanceSchema.meta({ title: "Acceptance" }) },
    answers: { 204: { description: "Log in with it." } },
    problems: ["conflict"],
  },
];

const keyOperations: readonly Operation[] = [
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
    query: listQuery({ ...organizationFilter, userId: entityId().optional() }),
    answers: { 200: { description: "A page of them.", schema: pageOf(key) } },
  },
  {
    ...both,
    id: "readKey",
    method: "get",
    path: "/v1/keys/:apiKeyId",
    summary: "Read an API key",
    params: idIn("apiKeyId"),
    answers: {
      200: { description: "The key, without its secret.", schema: key, headers: ["ETag"] },
    },
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

const sessionOperations: readonly Operation[] = [
  {
    id: "logIn",
    method: "post",
    path: "/v1/sessions",
    tag: "Keys",
    access: [],
    summary: "Log in at the console",
    description: "Sets the session's cookie.",
    body: { schema: loginSchema.meta({ title: "LogIn" }) },
    answers: { 201: { description: "Who is logged in.", schema: sessionSchema } },
    problems: ["unauthenticated", "forbidden", "too_many_requests"],
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
    body: { schema: passwordChangeSchema.meta({ title: "PasswordChange" }) },
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
    query: auditQuerySchema,
    answers: {
      200: {
        description: "A page of them.",
        schema: pageOf(auditEntrySchema.meta({ title: "AuditEntry" })),
      },
    },
  },
];

export const accountOperations: readonly Operation[] = [
  ...organizationOperations,
  ...userOperations,
  ...keyOperations,
  ...sessionOperations,
];
