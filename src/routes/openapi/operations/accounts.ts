import { organizationList, userList } from "../../../accounts/lists.ts";
import {
  acceptanceSchema,
  invitationSchema,
  invitedUserSchema,
  organizationPatchSchema,
  organizationSchema,
  toldOrganizationSchema,
  toldUserSchema,
  userPatchSchema,
} from "../../../accounts/schemas.ts";
import { listQuerySchema } from "../../../campaigns/listQuery.ts";
import { pageSchema } from "../../../campaigns/lists.ts";
import type { Operation } from "../operation.ts";
import { changeHeaders, changeOf, idIn } from "../parameters.ts";
import { readingOf } from "../resources.ts";

/** A session of the console opens what a key does. */
const both = { tag: "Keys", access: ["apiKey"] } as const;

const organization = toldOrganizationSchema.meta({ title: "Organization" });
const user = toldUserSchema.meta({ title: "User" });
const invitedUser = invitedUserSchema.meta({ title: "InvitedUser" });

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
    query: listQuerySchema(organizationList),
    answers: { 200: { description: "A page of them.", schema: pageSchema(organization) } },
  },
  {
    ...both,
    id: "readOrganization",
    method: "get",
    path: "/v1/organizations/:organizationId",
    summary: "Read an organisation",
    params: idIn("organizationId"),
    ...readingOf(organizationList, organization, "The organisation."),
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
    query: listQuerySchema(userList),
    answers: { 200: { description: "A page of them.", schema: pageSchema(user) } },
  },
  {
    ...both,
    id: "readUser",
    method: "get",
    path: "/v1/users/:userId",
    summary: "Read an account",
    params: idIn("userId"),
    ...readingOf(userList, user, "The account."),
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
    body: {
      schema: acceptanceSchema.meta({ title: "Acceptance" }),
      examples: {
        token: {
          token: "1mBkPq0aV7yXh3Zt9cRw5sLd2fGj8nUe4oIi6uTbYxA",
          password: "quatre pommes sur une table",
        },
      },
    },
    answers: { 204: { description: "Log in with it." } },
    problems: ["conflict"],
  },
];

export const accountOperations: readonly Operation[] = [
  ...organizationOperations,
  ...userOperations,
];
