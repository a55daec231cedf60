import { roles } from "../campaigns/access.ts";
import { flagFilter, idFilter, listSpec, textFilter, wordFilter } from "../campaigns/listQuery.ts";
import { organizationKinds } from "./repository.ts";
import { toldKeySchema, toldOrganizationSchema, toldUserSchema } from "./schemas.ts";

/** What the lists of accounts can be filtered and ordered by. docs/resources.md has the same table. */

const written = { createdAt: "integer", updatedAt: "integer" } as const;

export const organizationList = listSpec({
  collection: "organizations",
  idField: "organizationId",
  sorts: { id: "id", name: "text", ...written },
  fields: Object.keys(toldOrganizationSchema.shape),
  filters: { q: textFilter(), kind: wordFilter(organizationKinds), active: flagFilter() },
});

export const userList = listSpec({
  collection: "users",
  idField: "userId",
  sorts: { id: "id", name: "text", email: "text", ...written },
  fields: Object.keys(toldUserSchema.shape),
  filters: {
    q: textFilter(),
    organizationId: idFilter(),
    role: wordFilter(roles),
    active: flagFilter(),
  },
});

export const keyList = listSpec({
  collection: "keys",
  idField: "apiKeyId",
  sorts: { id: "id", label: "text", ...written },
  fields: Object.keys(toldKeySchema.shape),
  filters: {
    q: textFilter(),
    organizationId: idFilter(),
    userId: idFilter(),
    role: wordFilter(roles),
    revoked: flagFilter(),
  },
});
