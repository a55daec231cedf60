import { textOf } from "./read.ts";

const longestHost = 253;
const plainHost = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * The host of what exchanges write for one: "www.Ford.com", "http://ford.com/cars", "ford.com." all give "ford.com".
 * Names in other scripts come out in their ASCII form, as in URLs. Null for what is no host.
 */
export function hostOf(value: unknown): string | null {
  const text = textOf(value, 2_048)?.toLowerCase();
  if (text === undefined) return null;
  const bare = plainHost.test(text) ? text : authorityOf(text);
  if (bare === null || bare.length > longestHost) return null;
  const host = bare.startsWith("www.") ? bare.slice(4) : bare;
  return host === "" || !plainHost.test(host) ? null : host;
}

function authorityOf(text: string): string | null {
  const scheme = text.indexOf("://");
  const afterScheme = scheme === -1 ? text : text.slice(scheme + 3);
  const authority = /^[^/?#]*/.exec(afterScheme)?.[0] ?? "";
  const host = authority
    .slice(authority.lastIndexOf("@") + 1)
    .replace(/:\d{1,5}$/, "")
    .replace(/\.$/, "");
  if (plainHost.test(host)) return host;
  // Only letters beyond ASCII are left to be explained: the URL parser knows how they are written.
  if (!/[^ -~]/.test(host) || !URL.canParse(`http://${host}/`)) return null;
  return new URL(`http://${host}/`).hostname;
}

/** Distinct hosts of a list of at most `most`. */
export function hostsOf(texts: readonly string[]): readonly string[] {
  const hosts = new Set<string>();
  for (const text of texts) {
    const host = hostOf(text);
    if (host !== null) hosts.add(host);
  }
  return [...hosts];
}
