import { listOf, splitByComma, textOf } from "./read.ts";

const longestHost = 253;
const plainHost = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * The host of what exchanges write for one: "www.Ford.com", "http://ford.com/cars", "ford.com." all give "ford.com".
 * Names in other scripts come out in their ASCII form, as in URLs. Null for what is no host.
 */
export function hostOf(value: unknown): string | null {
  const lower = typeof value === "string" && value.length <= longestHost ? value.toLowerCase() : "";
  const host = plainHost.test(lower) ? lower : hostOfUrl(value);
  if (host === null || !host.startsWith("www.")) return host;
  return host.slice(4);
}

function hostOfUrl(value: unknown): string | null {
  const text = textOf(value, 2_048)?.toLowerCase();
  if (text === undefined) return null;
  const scheme = text.indexOf("://");
  const afterScheme = scheme === -1 ? text : text.slice(scheme + 3);
  const authority = /^[^/?#]*/.exec(afterScheme)?.[0] ?? "";
  const host = authority
    .slice(authority.lastIndexOf("@") + 1)
    .replace(/:\d{1,5}$/, "")
    .replace(/\.$/, "");
  if (host.length > longestHost) return null;
  if (plainHost.test(host)) return host;
  // Only letters beyond ASCII are left to be explained: the URL parser knows how they are written.
  if (!/[^ -~]/.test(host) || !URL.canParse(`http://${host}/`)) return null;
  const ascii = new URL(`http://${host}/`).hostname;
  return ascii.length <= longestHost && plainHost.test(ascii) ? ascii : null;
}

/** Distinct hosts of a list, or of one text that separates them by commas, of which at most `most` items are read. */
export function hostsOf(value: unknown, most: number): readonly string[] {
  if (value === undefined) return noHosts;
  const hosts = new Set<string>();
  for (const item of listOf(splitByComma(value, most), most)) {
    const host = hostOf(item);
    if (host !== null) hosts.add(host);
  }
  return [...hosts];
}
const noHosts: readonly string[] = [];
