import type { SiteRecord } from "../campaigns/campaignFeed.ts";

export interface SiteIndex {
  readonly site: (key: string) => SiteRecord | null;
  readonly placement: (key: string, code: string) => SiteRecord["placements"][number] | null;
}

/** Finds sites and their placements by key and code. */
export function indexSites(sites: readonly SiteRecord[]): SiteIndex {
  const byKey = new Map(sites.map((site) => [site.key, site]));
  const placements = new Map(
    sites.flatMap((site) =>
      site.placements.map((placement) => [`${site.key}\n${placement.code}`, placement] as const),
    ),
  );
  return {
    site: (key) => byKey.get(key) ?? null,
    placement: (key, code) => placements.get(`${key}\n${code}`) ?? null,
  };
}
