import { createHmac, randomBytes } from "node:crypto";
import type { Router } from "express";
import { createPasswordQueue } from "../accounts/passwordQueue.ts";
import { sessionCookieOf } from "../accounts/sessionCookie.ts";
import type { Config } from "../config.ts";
import { truncateIp } from "../consent/truncateIp.ts";
import type { Admission } from "../routes/admission.ts";
import { auditRouter } from "../routes/audit.ts";
import { callerAddress } from "../routes/callerAddress.ts";
import { keysRouter } from "../routes/keys.ts";
import { organizationsRouter } from "../routes/organizations.ts";
import { createReadBody } from "../routes/readBody.ts";
import { sessionsRouter } from "../routes/sessions.ts";
import { signInRouter } from "../routes/signIn.ts";
import { usersRouter } from "../routes/users.ts";
import { createAccountStore } from "../stores/postgres/accounts.ts";
import { createReadAuditLog, createReadCampaignHistory } from "../stores/postgres/auditLog.ts";
import { createLoginAttempts, createSessionStore } from "../stores/postgres/sessions.ts";
import { composeSignIn, type SignInConfig } from "./signIn.ts";
import type { Stores } from "./stores.ts";

/** Of somebody who is not known yet: an address and a password. */
const strangersBodyBytes = 8 * 1024;
/** Passwords that are hashed at the same time: two of the four threads that files and names need too. */
const hashesAtOnce = 2;

/** Organisations, people, keys, sessions and the audit log. */
export function composeAccounts(
  config: Pick<Config, "publicUrl" | "visitorSecret" | "trustedProxies"> & SignInConfig,
  { db }: Pick<Stores, "db">,
  handlers: Pick<Admission, "authenticate" | "authenticateOnly">,
): readonly Router[] {
  const { organizations, users, keys, ownedAdvertiserIds } = createAccountStore(db);
  const sessions = createSessionStore(db);
  const cookie = sessionCookieOf(config.publicUrl);
  const common = {
    organizations,
    users,
    sessions,
    passwords: createPasswordQueue(hashesAtOnce),
    readBody: createReadBody(strangersBodyBytes),
    randomBytes,
    nowMs: () => Date.now(),
  };
  const login = {
    attempts: createLoginAttempts(db),
    subjectOf: (text: string) =>
      createHmac("sha256", config.visitorSecret).update(`log-in ${text}`).digest("hex"),
    cookie,
    networkOf: (request: Parameters<typeof callerAddress>[0]) =>
      truncateIp(callerAddress(request, config.trustedProxies) ?? "") ?? "unknown",
  };
  return [
    sessionsRouter({ ...common, ...login, ...handlers }),
    signInRouter({ ...common, ...login, ...composeSignIn(config, db) }),
    organizationsRouter({ ...common, ...handlers }),
    usersRouter({ ...common, ...handlers }),
    keysRouter({ ...common, ...handlers, keys, ownedAdvertiserIds }),
    auditRouter({
      ...handlers,
      readAuditLog: createReadAuditLog(db),
      readCampaignHistory: createReadCampaignHistory(db),
    }),
  ];
}
