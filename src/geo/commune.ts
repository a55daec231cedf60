import type { AreaKey } from "./types.ts";

/** A commune, or an arrondissement of Paris, Lyon or Marseille (then `parentCode` is the commune). */
export interface Commune {
  readonly inseeCode: string;
  readonly name: string;
  readonly postalCodes: readonly string[];
  readonly departementCode: string;
  readonly regionCode: string;
  readonly population: number;
  readonly lat: number;
  readonly lon: number;
  /** True when the point is the middle of neighbours and not the commune's own, or was placed by hand. */
  readonly approximate: boolean;
  readonly parentCode: string | null;
  /** IANA time zone. */
  readonly timeZone: string;
  /** What a visitor known to be here is inside of: the commune, its parent, postal codes, département, region, France. */
  readonly areaKeys: readonly AreaKey[];
}
