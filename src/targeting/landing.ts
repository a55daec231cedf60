/** The host of a landing page without "www.", in lower case: an advertiser's domain as block lists name it. */
export function landingHost(landingUrl: string): string {
  const { hostname } = new URL(landingUrl);
  return hostname.toLowerCase().replace(/^www\.(?=.+\.)/, "");
}

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
 * "907394059"): what block lists of apps name. Null = none.
 */
export function landingApp(landingUrl: string): string | null {
  const [, bundle] =
    /^https:\/\/play\.google\.com\/store\/apps\/details\?(?:[^#]*&)?id=([\w.]+)/i.exec(
      landingUrl,
    ) ?? [];
  if (bundle !== undefined) return bundle;
  const [, id] =
    /^https:\/\/(?:apps|itunes)\.apple\.com\/[^?#]*\/id(\d+)(?:[/?#]|$)/i.exec(landingUrl) ?? [];
  return id ?? null;
}
