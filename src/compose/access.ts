import { sessionCookieOf } from "../accounts/sessionCookie.ts";
import { may, visibleAdvertiserIds } from "../campaigns/access.ts";
import type { Config } from "../config.ts";
import { PublicError } from "../errors.ts";
import type { Admission } from "../routes/admission.ts";
import type { AdsRouteDeps } from "../routes/ads.ts";
import { createAuthenticate, createReadApiKey, type ReadApiKey } from "../routes/authenticate.ts";
import { createKeyGuesses } from "../routes/keyGuesses.ts";
import { createApiKeyStore } from "../stores/postgres/apiKeys.ts";
import { createSessionStore } from "../stores/postgres/sessions.ts";
import { composeAdmission } from "./admission.ts";
import type { Stores } from "./stores.ts";

/** Who may come in. */
export interface Access {
  readonly readApiKey: ReadApiKey;
  readonly admission: Admission;
  readonly mayExplain: AdsRouteDeps["mayExplain"];
}

/** Keys and sessions, as Postgres has them; callers are counted in each process by itself. */
export function composeAccess(
  config: Pick<Config, "publicUrl" | "apiRequestsPerMinute" | "trustedProxies">,
  { db }: Pick<Stores, "db">,
): Access {
  const readApiKey = createReadApiKey({
    findApiKey: createApiKeyStore(db).findByHash,
    monotonicMs: () => performance.now(),
    guesses: createKeyGuesses({
      trustedProxies: config.trustedProxies,
      monotonicMs: () => performance.now(),
    }),
    sessions: {
      cookie: sessionCookieOf(config.publicUrl),
      findSession: createSessionStore(db).findByHash,
    },
  });
  return {
    readApiKey,
    admission: composeAdmission(config, { db }, createAuthenticate(readApiKey)),
    mayExplain: createMayExplain(readApiKey),
  };
}

/** Explanations are for people who manage campaigns: admins see all, managers their own advertisers'. */
function createMayExplain(readApiKey: ReadApiKey): AdsRouteDeps["mayExplain"] {
  return async (request) => {
    const key = await readApiKey(request);
    if (key === null) throw new PublicError("unauthenticated", "Explanations need an API key.");
    if (!may(key, "campaigns:write"))
      throw new PublicError("forbidden", "A reader's key may not have ads explained.");
    return { advertiserIds: visibleAdvertiserIds(key) };
  };
}
