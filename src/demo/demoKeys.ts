import { createHmac } from "node:crypto";
import { hashApiKey, newApiKey } from "../campaigns/apiKey.ts";
import type { Actor, ApiKeyRepository } from "../campaigns/repository.ts";

export interface DemoKeys {
  readonly admin: string;
  readonly manager: string;
  readonly reader: string;
}

const demoActor: Actor = { apiKeyId: null, label: "demo" };
/** The manager of the demo looks after the first few shops. */
const managedAdvertisers = 10;

/**
 * The API keys of a demo, made from its data folder's own secret: the same at each start, kept nowhere in clear.
 * Stores their hashes.
 */
export async function saveDemoKeys(
  keys: Pick<ApiKeyRepository, "save">,
  secret: string,
  advertiserIds: readonly number[],
): Promise<DemoKeys> {
  const made = {
    admin: demoKey(secret, "admin"),
    manager: demoKey(secret, "manager"),
    reader: demoKey(secret, "reader"),
  };
  for (const role of ["admin", "manager", "reader"] as const) {
    const managed = role === "manager" ? advertiserIds.slice(0, managedAdvertisers) : [];
    const keyHash = hashApiKey(made[role]) ?? "";
    await keys.save({ keyHash, role, advertiserIds: managed, label: `demo ${role}` }, demoActor);
  }
  return made;
}

function demoKey(secret: string, role: string): string {
  return newApiKey(createHmac("sha256", secret).update(`demo key of the ${role}`).digest());
}
