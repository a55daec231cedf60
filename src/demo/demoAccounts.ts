import { createHmac } from "node:crypto";
import type { HashPasswords } from "../accounts/passwordQueue.ts";
import type { OrganizationRepository, UserRepository } from "../accounts/repository.ts";
import type { Role } from "../campaigns/access.ts";
import type { Actor } from "../campaigns/repository.ts";

export interface DemoAccount {
  readonly who: string;
  readonly email: string;
  readonly password: string;
}

export interface DemoAccountDeps {
  readonly organizations: OrganizationRepository;
  readonly users: UserRepository;
  readonly passwords: HashPasswords;
  /** Of the data folder: the passwords follow from it. */
  readonly secret: string;
}

interface DemoPerson {
  readonly who: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Null = the operator. */
  readonly organization: { readonly name: string; readonly kind: "agency" | "shop" } | null;
}

/** The organisations besides the operator's, by which their shops find them. */
export const agencyName = "Agence du Limousin";
export const floristName = "Les fleurs de Jeanne";

const people: readonly DemoPerson[] = [
  {
    who: "operator's admin",
    email: "admin@operateur.example",
    name: "Camille Martin",
    role: "admin",
    organization: null,
  },
  {
    who: "agency's manager",
    email: "gestion@agence.example",
    name: "Sami Benali",
    role: "manager",
    organization: { name: agencyName, kind: "agency" },
  },
  {
    who: "florist of Limoges",
    email: "bonjour@fleuriste.example",
    name: "Jeanne Laval",
    role: "admin",
    organization: { name: floristName, kind: "shop" },
  },
  {
    who: "operator's reviewer",
    email: "relecture@operateur.example",
    name: "Inès Faure",
    role: "reviewer",
    organization: null,
  },
  {
    who: "operator's reader",
    email: "lecture@operateur.example",
    name: "Paul Rivière",
    role: "reader",
    organization: null,
  },
];

const operatorId = 1;
const demoActor: Actor = { apiKeyId: null, label: "demo" };

/**
 * The people of a demo, with passwords made from its data folder's own secret: the same at each start, kept nowhere in
 * clear. Who is there already stays as they are.
 */
export async function saveDemoAccounts(deps: DemoAccountDeps): Promise<readonly DemoAccount[]> {
  const accounts: DemoAccount[] = [];
  for (const person of people) {
    const { who, email } = person;
    const password = derive(deps.secret, `demo password of ${email}`).toString("base64url", 0, 12);
    await savePerson(deps, person, password);
    accounts.push({ who, email, password });
  }
  return accounts;
}

async function savePerson(
  deps: DemoAccountDeps,
  { email, name, role, organization }: DemoPerson,
  password: string,
): Promise<void> {
  const { users, passwords, secret } = deps;
  const known = await users.list({ organizationId: null, email }, { limit: 1, afterId: 0 });
  if (known.length > 0) return;
  const organizationId =
    organization === null ? operatorId : await saveOrganization(deps, organization);
  const salt = derive(secret, `demo salt of ${email}`).subarray(0, 16);
  const passwordHash = await passwords.hash(password, salt);
  const account = { organizationId, email, name, role, active: true, passwordHash };
  await users.insert({ ...account, invitationHash: null, invitationEndsAt: null }, demoActor);
}

async function saveOrganization(
  { organizations }: DemoAccountDeps,
  { name, kind }: NonNullable<DemoPerson["organization"]>,
): Promise<number> {
  const present = await organizations.list({ organizationId: null }, { limit: 200, afterId: 0 });
  const known = present.find((one) => one.name === name);
  const { organizationId } =
    known ?? (await organizations.insert({ name, kind, active: true }, demoActor));
  return organizationId;
}

const derive = (secret: string, purpose: string): Buffer =>
  createHmac("sha256", secret).update(purpose).digest();
