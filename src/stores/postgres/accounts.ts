import { type Kysely, sql } from "kysely";
import type {
  KeyRepository,
  OrganizationRepository,
  StoredOrganization,
  UserRepository,
} from "../../accounts/repository.ts";
import type { Repository } from "../../campaigns/repository.ts";
import { PublicError } from "../../errors.ts";
import { keyMapping, organizationMapping, userMapping } from "./accountRows.ts";
import type { Database } from "./database.ts";
import { createEntityRepository } from "./entityRepository.ts";
import { withPublicFaults } from "./faults.ts";

export interface AccountStore {
  readonly organizations: OrganizationRepository;
  readonly users: UserRepository;
  readonly keys: KeyRepository;
  /** Those of the advertisers that the organisation owns; of the operator all that exist. */
  readonly ownedAdvertiserIds: (
    organization: Pick<StoredOrganization, "organizationId" | "kind">,
    advertiserIds: readonly number[],
  ) => Promise<readonly number[]>;
}

/** Organisations, people and keys in Postgres, written as all entities are. */
export function createAccountStore(db: Kysely<Database>): AccountStore {
  return {
    organizations: createEntityRepository(db, organizationMapping),
    users: withRules(createEntityRepository(db, userMapping)),
    keys: withRules(createEntityRepository(db, keyMapping)),
    ownedAdvertiserIds: ({ organizationId, kind }, advertiserIds) =>
      withPublicFaults(async () => {
        const { rows } = await sql<{ readonly id: number }>`
          select id from advertisers where id = any(${advertiserIds})
            and (${kind} = 'operator' or organization_id = ${organizationId})`.execute(db);
        return rows.map(({ id }) => id);
      }),
  };
}

/** The database's own rules about accounts, in words. */
const rules: readonly (readonly [string, () => PublicError])[] = [
  [
    "users_last_admin",
    () =>
      new PublicError("conflict", "An organisation keeps one administrator.", [
        { pointer: "/role", rule: "must stay admin: there is no other administrator" },
      ]),
  ],
  [
    "users_email_unique",
    () =>
      new PublicError("conflict", "This address has an account already.", [
        { pointer: "/email", rule: "must not have an account" },
      ]),
  ],
  ["users_at_most", () => new PublicError("conflict", "An organisation has at most 1000 users.")],
  ["api_keys_at_most", () => new PublicError("conflict", "An organisation has at most 500 keys.")],
];

function withRules<Kept, Fields, Filter>(
  store: Repository<Kept, Fields, Filter>,
): Repository<Kept, Fields, Filter> {
  return {
    ...store,
    insert: (...given) => inWords(store.insert(...given)),
    change: (...given) => inWords(store.change(...given)),
  };
}

async function inWords<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const told = error instanceof PublicError ? error.problems.map(({ rule }) => rule) : [];
    const known = rules.find(([name]) => told.includes(`breaks the rule ${name}`));
    throw known === undefined ? error : known[1]();
  }
}
