import { createHmac } from "node:crypto";
import type { SignInDeps } from "../accounts/signIn.ts";
import type { Config } from "../config.ts";
import { createIdentityProvider } from "../stores/openid/identityProvider.ts";
import { describeProviderFault } from "../stores/openid/providerFault.ts";
import { createIdentityStore } from "../stores/postgres/identities.ts";
import { createLog } from "./log.ts";
import type { Stores } from "./stores.ts";

export type SignInConfig = Pick<
  Config,
  "publicUrl" | "visitorSecret" | "oidcIssuer" | "oidcClientId" | "oidcClientSecret" | "logLevel"
>;

/** What signing in at an OpenID provider needs besides what passwords do. The provider is asked about itself meanwhile. */
export function composeSignIn(
  config: SignInConfig,
  db: Stores["db"],
): Pick<SignInDeps, "provider" | "identities" | "sign"> {
  return {
    provider: providerOf(config),
    identities: createIdentityStore(db),
    sign: (text) =>
      createHmac("sha256", config.visitorSecret).update(`sign-in ${text}`).digest("base64url"),
  };
}

function providerOf(config: SignInConfig): SignInDeps["provider"] {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecret: clientSecret } = config;
  if (issuer === null || clientId === null || clientSecret === null) return null;
  const log = createLog(config.logLevel);
  return createIdentityProvider({
    issuer,
    clientId,
    clientSecret,
    redirectUrl: `${config.publicUrl}/v1/sessions/oidc/callback`,
    nowMs: () => Date.now(),
    reportFault: (error) =>
      log.error(describeProviderFault(error), "the OpenID provider is away or refuses us"),
  });
}
