import { landingHost } from "../targeting/landing.ts";

/** The host of a landing page without "www.", in lower case: an advertiser's domain as block lists name it. */
export function landingDomain(landingUrl: string): string {
  return landingHost(landingUrl);
}

/** Whether a list of domains names this one or one that it is under. */
export function isOfDomains(domain: string, domains: readonly string[]): boolean {
  return domains.some((listed) => domain === listed || domain.endsWith(`.${listed}`));
}
