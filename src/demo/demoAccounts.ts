import { createHmac } from "node:crypto";
import type { HashPasswords } from "../accounts/passwordQueue.ts";
import type { OrganizationRepository, UserRepository } from "../accounts/repository.ts";
import type { Role } from "../campaigns/access.ts";
import type { Actor, AdvertiserRepository } from "../campaigns/repository.ts";

export interface DemoAccount {
  readonly who: string;
  readonly email: string;
  readonly password: string;
}

export interface DemoAccountDeps {
  readonly organizations: OrganizationRepository;
  readonly users: UserRepository;
  readonly advertisers: Pick<AdvertiserRepository, "list" | "change" | "insert">;
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
  readonly organization: {
    readonly name: string;
    readonly kind: "agency" | "shop";
    /** Null = the first shops of the demo. */
    readonly shop: { readonly name: string; readonly trade: string } | null;
  } | null;
}

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
    organization: { name: "Agence du Limousin", kind: "agency", shop: null },
  },
  {
    who: "florist of Limoges",
    email: "bonjour@fleuriste.example",
    name: "Jeanne Laval",
    role: "admin",
    organization: {
      name: "Les fleurs de Jeanne",
      kind: "shop",
      shop: { name: "Les fleurs de Jeanne, Limoges", trade: "fleuriste" },
    },
  },
];

const operatorId = 1;
const demoActor: Actor = { apiKeyId: null, label: "demo" };
/** The agency looks after the shops that the demo's manager key has too. */
const managedAdvertisers = 10;

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
  deps: DemoAccountDeps,
  { name, kind, shop }: NonNullable<DemoPerson["organization"]>,
): Promise<number> {
  const { organizations, advertisers } = deps;
  const present = await organizations.list({ organizationId: null }, { limit: 200, afterId: 0 });
  const known = present.find((one) => one.name === name);
  const { organizationId } =
    known ?? (await organizations.insert({ name, kind, active: true }, demoActor));
  if (shop === null) await giveFirstShops(advertisers, organizationId);
  else await openShop(advertisers, shop, organizationId);
  return organizationId;
}

type Advertisers = DemoAccountDeps["advertisers"];

async function giveFirstShops(advertisers: Advertisers, organizationId: number): Promise<void> {
  const page = { limit: managedAdvertisers, afterId: 0 };
  for (const { advertiserId } of await advertisers.list({ advertiserIds: null }, page)) {
    await advertisers.change(advertiserId, (shop) => ({ ...shop, organizationId }), demoActor);
  }
}

/** Without a campaign yet: what a shop does first is for who tries the demo. */
async function openShop(
  advertisers: Advertisers,
  { name, trade }: { readonly name: string; readonly trade: string },
  organizationId: number,
): Promise<void> {
  const all = await advertisers.list({ advertiserIds: null }, { limit: 100_000, afterId: 0 });
  if (all.some((one) => one.organizationId === organizationId)) return;
  const balanceMicros = 50_000_000;
  await advertisers.insert(
    { name, payerName: name, trade, balanceMicros, organizationId },
    demoActor,
  );
}

const derive = (secret: string, purpose: string): Buffer =>
  createHmac("sha256", secret).update(purpose).digest();
