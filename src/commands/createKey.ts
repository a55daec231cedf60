import { randomBytes } from "node:crypto";
import { type ApiKeyRole, newApiKey } from "../campaigns/apiKey.ts";
import { type Environment, parseConfig } from "../config.ts";
import { SetupError } from "../setupError.ts";
import { createApiKeyStore } from "../stores/postgres/apiKeys.ts";
import { createDatabase } from "../stores/postgres/pool.ts";

const roles: readonly ApiKeyRole[] = ["admin", "manager", "reader"];
const usage =
  "Usage: npm run keys:create -- admin|reader LABEL, or npm run keys:create -- manager LABEL ADVERTISER_ID [ADVERTISER_ID …]";

/** `keys:create ROLE LABEL [ADVERTISER_ID …]`: makes an API key and shows it, once; only its hash is stored. */
export async function createKey(
  environment: Environment,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const [roleText, label = "", ...idTexts] = args;
  const role = roles.find((one) => one === roleText);
  const advertiserIds = idTexts.map(Number);
  const idsAreFine = advertiserIds.every((id) => Number.isInteger(id) && id > 0 && id < 2 ** 32);
  const isManager = role === "manager";
  if (role === undefined || label.trim() === "" || label.length > 100 || !idsAreFine)
    throw new SetupError(usage);
  if (isManager !== advertiserIds.length > 0) throw new SetupError(usage);
  const { databaseUrl } = parseConfig(environment, "keys:create");
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 10_000 });
  try {
    const { key, keyHash } = newApiKey(randomBytes(32));
    const actor = { apiKeyId: null, label: "keys:create" };
    await createApiKeyStore(db).save({ keyHash, role, advertiserIds, label }, actor);
    say(key);
  } finally {
    await db.destroy();
  }
}
