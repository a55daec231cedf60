import type { NoBidReason } from "../openrtb/noBid.ts";
import type { BidRequest, SupplyChainNode } from "../openrtb/types.ts";
import { type SellerType, type SupplyRules, sellerKey } from "./supplyRules.ts";

/**
 * Why the way that a request took from its page to us is not taken; null = it is. Publishers and systems that the operator
 * blocks; then the chain itself (SupplyChain object 1.0: complete, its last link the SSP's own); then, of each link that is
 * paid, whether the owner's ads.txt lets it sell and what its system's sellers.json says of it. What the operator's file
 * does not know is taken, unless the file says otherwise. Pure.
 */
export function checkSupply(
  { context, schain }: Pick<BidRequest, "context" | "schain">,
  ssp: string,
  rules: SupplyRules,
): NoBidReason | null {
  if (isBlocked(context, rules)) return "blocked_publisher";
  if (schain === null) return rules.requireChain ? "incomplete_chain" : null;
  const { nodes, complete } = schain;
  if (rules.requireComplete && !complete) return "incomplete_chain";
  if (nodes.length > rules.maxNodes) return "blocked_chain";
  if (nodes.some(({ asi }) => rules.blockedSystems.has(asi))) return "blocked_chain";
  const systems = rules.systemsOfSsps.get(ssp);
  const last = nodes.at(-1);
  if (systems !== undefined && !(last !== undefined && systems.has(last.asi)))
    return "blocked_chain";
  const paid = nodes.filter(({ isPaid }) => isPaid !== false);
  return checkAdsTxt(context.domain, paid, rules) ?? checkSellers(nodes, rules);
}

function isBlocked(
  { domain, bundle, publisherId }: BidRequest["context"],
  { blockedPublishers }: SupplyRules,
): boolean {
  if (blockedPublishers.size === 0) return false;
  const names = [bundle, publisherId].map((it) => it?.toLowerCase() ?? "");
  return [...names, ...parentsOf(domain)].some((name) => blockedPublishers.has(name));
}

function checkAdsTxt(
  domain: string | null,
  paid: readonly SupplyChainNode[],
  { adsTxt, requireAdsTxt }: SupplyRules,
): NoBidReason | null {
  const owner = parentsOf(domain).find((host) => adsTxt.has(host));
  const allowed = owner === undefined ? undefined : adsTxt.get(owner);
  if (allowed === undefined) return requireAdsTxt ? "ads_txt_unavailable" : null;
  const isAllowed = ({ asi, sellerId }: SupplyChainNode) => allowed.has(sellerKey(asi, sellerId));
  return paid.every(isAllowed) ? null : "ads_txt_violation";
}

/** The first link sells what is its own, those after it what is others'. Systems that the file does not know are taken. */
function checkSellers(
  nodes: readonly SupplyChainNode[],
  { sellers }: SupplyRules,
): NoBidReason | null {
  for (const [index, { asi, sellerId }] of nodes.entries()) {
    const known = sellers.get(asi);
    if (known === undefined) continue;
    const type = known.get(sellerId);
    const wrong: SellerType = index === 0 ? "INTERMEDIARY" : "PUBLISHER";
    if (type === undefined || type === wrong) return "blocked_chain";
  }
  return null;
}

/** "a.b.example" → itself, "b.example", "example": the file of a domain is that of its subdomains. */
function parentsOf(domain: string | null): readonly string[] {
  if (domain === null) return [];
  const labels = domain.split(".");
  return labels.map((_, index) => labels.slice(index).join("."));
}
