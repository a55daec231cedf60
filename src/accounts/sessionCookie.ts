import type { FieldProblem } from "../errors.ts";

/** How the console's sessions travel. */
export interface SessionCookie {
  readonly name: string;
  /** Sent over TLS only. */
  readonly secure: boolean;
  /** Where the console is, "https://ads.example.fr": who else has a browser ask is refused. */
  readonly origin: string;
}

/** The header that the console sets by hand: no form and no other site can, without asking first. */
export const consoleHeader = "x-atelier-console";

const tokenShape = /^[A-Za-z0-9_-]{43}$/;

/**
 * The cookie of a server that browsers reach at `publicUrl`. `__Host-` ties it to this very host, over TLS. Plain http is
 * for a machine of one's own: there it has another name, so that the one is never taken for the other. Pure.
 */
export function sessionCookieOf(publicUrl: string): SessionCookie {
  const { origin, protocol } = new URL(publicUrl);
  const secure = protocol === "https:";
  return { name: secure ? "__Host-atelier" : "atelier-local", secure, origin };
}

/** `Set-Cookie` for a session, or with an empty token for its end. It ends with the browser; the store knows when at last. */
export function setCookie({ name, secure }: SessionCookie, token: string): string {
  const ending = token === "" ? "; Max-Age=0" : "";
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}${ending}`;
}

/** The session's token among a request's cookies; null = none, or one that cannot be ours. */
export function sessionTokenOf(header: string | undefined, { name }: SessionCookie): string | null {
  for (const part of (header ?? "").split(";", 100)) {
    const [key = "", value = ""] = part.trim().split("=", 2);
    if (key === name) return tokenShape.test(value) ? value : null;
  }
  return null;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * What shows that another site had the browser ask, or null. Reads pass unless the browser says so; a write must say by
 * `Origin` (or `Sec-Fetch-Site`) that it is the console's, and carry the console's own header. Pure.
 */
export function crossSiteProblem(
  method: string,
  headers: Headers,
  { origin }: Pick<SessionCookie, "origin">,
): FieldProblem | null {
  const site = headers["sec-fetch-site"];
  const isRead = method === "GET" || method === "HEAD";
  const isOwnSite = site === "same-origin" || (isRead && site === "none");
  if (site !== undefined && !isOwnSite)
    return { pointer: "sec-fetch-site", rule: "must be same-origin" };
  if (isRead) return null;
  if (headers.origin !== undefined && headers.origin !== origin)
    return { pointer: "origin", rule: "must be that of the console" };
  if (headers.origin === undefined && site === undefined)
    return { pointer: "origin", rule: "is required with a session" };
  if (headers[consoleHeader] === undefined)
    return { pointer: consoleHeader, rule: "is required with a session" };
  return null;
}
