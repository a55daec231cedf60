import { createHmac } from "node:crypto";
import { type NewApiKey, newApiKey } from "../campaigns/apiKey.ts";
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
    await keys.save(
      { keyHash: made[role].keyHash, role, advertiserIds: managed, label: `demo ${role}` },
      demoActor,
    );
  }
  return { admin: made.admin.key, manager: made.manager.key, reader: made.reader.key };
}

function demoKey(secret: string, role: string): NewApiKey {
  return newApiKey(createHmac("sha256", secret).update(`demo key of the ${role}`).digest());
}
