import { createHmac, timingSafeEqual } from "node:crypto";
import { PublicError } from "../errors.ts";

/** What serving knows of a site that shows ads. */
export interface ServingSite {
  readonly siteId: number;
  /** Public: it stands in the site's pages. */
  readonly key: string;
  /** Exact origins ("https://www.exemple.fr") or one level of subdomains ("https://*.exemple.fr"). Empty = no browser. */
  readonly allowedOrigins: readonly string[];
  /** Shared with the site's servers only; signs visitor ids. Null = the site signs none. */
  readonly visitorSecret: string | null;
}

export interface SitePolicy {
  /** Refuse requests without a known site key (production). */
  readonly requireSiteKey: boolean;
  /** Count a visitor id only with the site's signature over it (production); else the visit is anonymous. */
  readonly requireSignedVisitors: boolean;
}

/**
 * Finds the site that asks and checks that the page's origin may ask for it. A request without an Origin header
 * comes from no browser page and passes. Returns null for a request without a key where none is required.
 * Throws PublicError `invalid_site` (no key where one is required, or an unknown key) or `origin_not_allowed`.
 */
export function checkSite(
  siteKey: string | null,
  origin: string | null,
  findSite: (key: string) => ServingSite | null,
  policy: SitePolicy,
): ServingSite | null {
  if (siteKey === null) {
    if (!policy.requireSiteKey) return null;
    throw invalidSite("is required (or the header X-Atelier-Site)");
  }
  const site = findSite(siteKey);
  if (site === null) throw invalidSite("must be the key of a site");
  if (origin !== null && !isAllowedOrigin(site.allowedOrigins, origin)) {
    throw new PublicError("origin_not_allowed", "This origin may not ask for ads of this site.", [
      { pointer: "origin", rule: "must be one of the site's allowed origins" },
    ]);
  }
  return site;
}

/** True when the origin is listed, or is one label below a listed "https://*.…". Schemes and ports must be equal. */
export function isAllowedOrigin(allowedOrigins: readonly string[], origin: string): boolean {
  const asked = origin.toLowerCase();
  return allowedOrigins.some((entry) => {
    const allowed = entry.toLowerCase();
    if (!allowed.includes("://*.")) return allowed === asked;
    const [scheme = "", suffix = ""] = allowed.split("*", 2);
    if (!asked.startsWith(scheme) || !asked.endsWith(suffix)) return false;
    const label = asked.slice(scheme.length, asked.length - suffix.length);
    return /^[a-z0-9-]+$/.test(label);
  });
}

/** The visitor id that counts for caps, scores and holds, or null for an anonymous visit. */
export function acceptedVisitorId(
  visitor: { readonly id?: string; readonly signature?: string } | undefined,
  site: ServingSite | null,
  policy: SitePolicy,
): string | null {
  const id = visitor?.id;
  if (id === undefined) return null;
  if (policy.requireSignedVisitors && !isSigned(id, visitor?.signature, site)) return null;
  return id;
}

/** HMAC-SHA256 of the visitor id under the site's secret, in base64url: what a site's server computes. */
export function signVisitorId(secret: string, visitorId: string): string {
  return createHmac("sha256", secret).update(visitorId, "utf8").digest("base64url");
}

function isSigned(id: string, signature: string | undefined, site: ServingSite | null): boolean {
  if (signature === undefined || site === null || site.visitorSecret === null) return false;
  const expected = Buffer.from(signVisitorId(site.visitorSecret, id), "base64url");
  const isHexadecimal = /^[\da-f]{64}$/i.test(signature);
  const given = Buffer.from(signature, isHexadecimal ? "hex" : "base64url");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function invalidSite(rule: string): PublicError {
  return new PublicError("invalid_site", `The site key ${rule}.`, [{ pointer: "/site", rule }]);
}
