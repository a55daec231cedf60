import { z } from "zod";
import { hostOf } from "../openrtb/host.ts";

/** What an operator says of the ways by which requests may come to us. */
export interface SupplyRules {
  /** A request without a supply chain is not bid on. */
  readonly requireChain: boolean;
  /** Nor one whose chain does not go back to the owner of the place. */
  readonly requireComplete: boolean;
  /** Nor one of a site or app whose ads.txt is not in the file. */
  readonly requireAdsTxt: boolean;
  /** Links of the longest chain. */
  readonly maxNodes: number;
  /** Hosts of advertising systems that may not be in a chain. */
  readonly blockedSystems: ReadonlySet<string>;
  /** Hosts of sites (each with what is under it), bundles of apps, ids of publishers. */
  readonly blockedPublishers: ReadonlySet<string>;
  /** By the name of an SSP, its own systems: the last link of its chains must be one of them. */
  readonly systemsOfSsps: ReadonlyMap<string, ReadonlySet<string>>;
  /** By host of a site, or of an app's maker: who may sell its places, as {@link sellerKey}. */
  readonly adsTxt: ReadonlyMap<string, ReadonlySet<string>>;
  /** By system, what its sellers.json says of a seller. */
  readonly sellers: ReadonlyMap<string, ReadonlyMap<string, SellerType>>;
}

export type SellerType = "PUBLISHER" | "INTERMEDIARY" | "BOTH";

export type ReadRules =
  | { readonly ok: true; readonly rules: SupplyRules }
  | { readonly ok: false; readonly problem: string };

/** A seller's account at an advertising system. */
export function sellerKey(system: string, sellerId: string): string {
  return `${system} ${sellerId}`;
}

const limits = { hosts: 100_000, lines: 5_000, sellers: 200_000, ssps: 1_000, nodes: 30 } as const;

const host = z
  .string()
  .max(300)
  .transform((text, context) => {
    const found = hostOf(text);
    if (found !== null) return found;
    context.addIssue({ code: "custom", message: "must be a host name" });
    return z.NEVER;
  });
const byHost = <Value extends z.ZodType>(value: Value, most: number) =>
  z
    .record(host, value)
    .refine((map) => Object.keys(map).length <= most, `must have at most ${most} entries`);

const seller = z.object({
  seller_id: z.coerce.string().min(1).max(256),
  seller_type: z
    .string()
    .transform((type) => type.toUpperCase())
    .pipe(z.enum(["PUBLISHER", "INTERMEDIARY", "BOTH"])),
});

const schema = z.strictObject({
  requireChain: z.boolean().default(false),
  requireComplete: z.boolean().default(false),
  requireAdsTxt: z.boolean().default(false),
  maxNodes: z.int().min(1).max(limits.nodes).default(limits.nodes),
  blockedSystems: z.array(host).max(limits.hosts).default([]),
  blockedPublishers: z.array(z.string().min(1).max(256)).max(limits.hosts).default([]),
  systemsOfSsps: z.record(z.string().max(32), z.array(host).max(100)).default({}),
  adsTxt: byHost(z.array(z.string().max(1_000)).max(limits.lines), limits.hosts).default({}),
  sellers: byHost(z.array(seller).max(limits.sellers), limits.ssps).default({}),
});

/**
 * Reads an operator's file; every field may be left out. `adsTxt` gives, by host, the lines of its ads.txt (or app-ads.txt) as
 * IAB Tech Lab's ads.txt 1.1 has them ("exchange.example, 12, DIRECT"; comments and variables are left out), `sellers` the
 * sellers of each system's sellers.json 1.0. Answers with one sentence that says which field breaks which rule; never throws.
 */
export function readSupplyRules(value: unknown): ReadRules {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join(".").slice(0, 200) || "the file";
    return { ok: false, problem: `${path}: ${issue?.message ?? "is not valid"}` };
  }
  const { adsTxt, sellers, systemsOfSsps, blockedSystems, blockedPublishers, ...flags } =
    parsed.data;
  return {
    ok: true,
    rules: {
      ...flags,
      blockedSystems: new Set(blockedSystems),
      blockedPublishers: new Set(blockedPublishers.map((it) => it.trim().toLowerCase())),
      systemsOfSsps: mapOf(systemsOfSsps, (systems) => new Set(systems)),
      adsTxt: mapOf(adsTxt, (lines) => new Set(lines.flatMap(sellersOfLine))),
      sellers: mapOf(
        sellers,
        (list) => new Map(list.map(({ seller_id, seller_type }) => [seller_id, seller_type])),
      ),
    },
  };
}

/** "exchange.example, 12, DIRECT, f08c47fec0942fa0 # ours" → one seller; comments, variables and what is neither → none. */
function sellersOfLine(line: string): readonly string[] {
  const [entry = ""] = line.split("#", 1);
  const [system = "", sellerId = "", relation = ""] = entry.split(/[,;]/).map((it) => it.trim());
  const found = system.includes("=") ? null : hostOf(system);
  const isSeller = found !== null && sellerId !== "" && /^(direct|reseller)$/i.test(relation);
  return isSeller ? [sellerKey(found, sellerId)] : [];
}

function mapOf<Value, Made>(
  record: Readonly<Record<string, Value>>,
  make: (value: Value) => Made,
): ReadonlyMap<string, Made> {
  return new Map(Object.entries(record).map(([name, value]) => [name, make(value)]));
}
