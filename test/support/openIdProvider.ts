import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** What the provider says of somebody. */
export interface ProvidersPerson {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
}

/** A real OpenID provider on this machine, where whoever is `present` logs in without being asked anything. */
export interface OpenIdProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Follows an authorization URL as a fresh browser; answers where it is sent back to. */
  visit(url: string, person: ProvidersPerson): Promise<URL>;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

const client = { clientId: "atelier", clientSecret: "un secret de fournisseur, assez long" };

export async function startOpenIdProvider(redirectUrl: string): Promise<OpenIdProvider> {
  const people = new Map<string, ProvidersPerson>();
  let present = "";
  const http = createServer();
  const listen = (port: number) =>
    new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = http.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, configurationOf(redirectUrl, people));
  const answer = provider.callback();
  http.on("request", (request, response) => {
    const isAsked = request.url?.startsWith("/interaction/");
    if (!isAsked) return answer(request, response);
    return provider.interactionFinished(request, response, { login: { accountId: present } });
  });
  return {
    issuer,
    ...client,
    async visit(url, person) {
      people.set(person.sub, person);
      present = person.sub;
      return followAsBrowser(url, redirectUrl);
    },
    goAway: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
    comeBack: () => listen(port),
  };
}

function configurationOf(redirectUrl: string, people: ReadonlyMap<string, ProvidersPerson>) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  return {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [redirectUrl],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    jwks: {
      keys: [{ ...privateKey.export({ format: "jwk" }), kid: "a", use: "sig", alg: "RS256" }],
    },
    cookies: { keys: ["une clef de test"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    features: { devInteractions: { enabled: false } },
    interactions: {
      url: (_context: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}`,
    },
    ttl: {
      AccessToken: 60,
      AuthorizationCode: 60,
      Grant: 60,
      IdToken: 60,
      Interaction: 60,
      Session: 60,
    },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: () => people.get(sub) ?? { sub },
    }),
    loadExistingGrant: agree,
  };
}

interface GrantContext {
  readonly oidc: {
    readonly provider: Provider;
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
  };
}

/** Everybody agrees to be known here. */
async function agree({ oidc }: GrantContext) {
  const { clientId } = oidc.client;
  const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope("openid email");
  await grant.save();
  return grant;
}

async function followAsBrowser(from: string, redirectUrl: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(from);
  for (let hop = 0; hop < 6 && !url.href.startsWith(redirectUrl); hop++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s, 2);
      cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location === null)
      throw new Error(`${url.pathname} ${answer.status}: ${await answer.text()}`);
    url = new URL(location, url);
  }
  return url;
}
