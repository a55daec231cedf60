import { optional } from "./defineSettings.ts";
import { givenSecret, issuer, text } from "./settingKinds.ts";

/** Signing in at an OpenID provider: docs/accounts.md. All three, or none. */
export const signInSettings = {
  oidcIssuer: optional(
    "OIDC_ISSUER",
    issuer,
    "The OpenID provider at which people may sign in; with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or none of the three. It must give addresses to nobody else than their owners.",
  ),
  oidcClientId: optional(
    "OIDC_CLIENT_ID",
    text("the id that the provider knows us by"),
    "Our id at the provider, where PUBLIC_URL with `/v1/sessions/oidc/callback` is our redirect URI.",
  ),
  oidcClientSecret: optional("OIDC_CLIENT_SECRET", givenSecret, "Our secret at the provider."),
} as const;
