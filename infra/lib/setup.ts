import type { Size, Stage } from "./sizes.ts";

/** The regions' three zones are named, so that nothing is looked up: synthesis needs no account. */
const zonesOfRegion: Readonly<Record<string, readonly string[]>> = {
  "eu-west-3": ["eu-west-3a", "eu-west-3b", "eu-west-3c"],
  "eu-west-1": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
  "eu-central-1": ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
};

/** `ec2` runs the same tasks on machines of an Auto Scaling group instead of Fargate's. */
export type Compute = "fargate" | "ec2";

/** What every stack is made from. */
export interface Setup {
  readonly stage: Stage;
  readonly size: Size;
  readonly compute: Compute;
  readonly region: string;
  readonly zones: readonly string[];
  /** Null = whichever account deploys. */
  readonly account: string | null;
}

export const regions = Object.keys(zonesOfRegion);

/** Zones of a region. Throws for one that is not in the table. */
export function zonesOf(region: string): readonly string[] {
  const zones = zonesOfRegion[region];
  if (zones === undefined) throw new Error(`--region must be one of ${regions.join(", ")}`);
  return zones;
}

/** Where browsers and exchanges ask. */
export function publicUrlOf({ size }: Setup): string {
  return `https://${size.domain}`;
}

/** The host of what the CDN serves. */
export function cdnHostOf({ size }: Setup): string {
  return `cdn.${size.domain}`;
}

/** "AtelierProdData". */
export function stackName({ stage }: Setup, layer: string): string {
  return `Atelier${stage.charAt(0).toUpperCase()}${stage.slice(1)}${layer}`;
}
