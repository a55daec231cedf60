/** The host of a landing page without "www.", in lower case: an advertiser's domain as block lists name it. */
export function landingHost(landingUrl: string): string {
  // Snapshots ask this of every creative: addresses as they are stored are read without a parser.
  const plain = plainHost.exec(landingUrl)?.[1];
  // The dot of the root ends a name without changing it: no way around a list.
  const host = plain ?? new URL(landingUrl).hostname.toLowerCase().replace(/\.$/, "");
  return host.startsWith("www.") && host.indexOf(".", 4) > 0 ? host.slice(4) : host;
}

const plainHost = /^https:\/\/([a-z0-9.-]*[a-z0-9-])(?:[/?#]|$)/;

/** A host and all that it is under, nearest first: "a.b.fr" → "a.b.fr", "b.fr", "fr". A list that names one of them names it. */
export function hostLineage(host: string): string[] {
  const lineage = [host];
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
    lineage.push(host.slice(dot + 1));
  }
  return lineage;
}

/**
 * The app that a landing page offers, where it is that of an app in Google's or Apple's shop ("com.example.game",
 * "907394059"): what block lists of apps name. Null = none. `host`: its `landingHost`, where that is known.
 */
export function landingApp(landingUrl: string, host = landingHost(landingUrl)): string | null {
  if (host === "play.google.com")
    return /^[^?#]*\/store\/apps\/details\?(?:[^#]*&)?id=([\w.]+)/.exec(landingUrl)?.[1] ?? null;
  if (host === "apps.apple.com" || host === "itunes.apple.com")
    return /^[^?#]*\/id(\d+)(?:[/?#]|$)/.exec(landingUrl)?.[1] ?? null;
  return null;
}
