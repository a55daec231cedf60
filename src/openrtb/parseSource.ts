import { hostOf } from "./host.ts";
import { limits } from "./limits.ts";
import { childOf, type Fields, flagOf, listOf, objectOf, textOf } from "./read.ts";
import type { SupplyChain, SupplyChainNode } from "./types.ts";

/** The supply chain at `source.schain`, or at 2.5's home `source.ext.schain`; null when there is none. */
export function parseSupplyChain(source: Fields): SupplyChain | null {
  const chain = objectOf(source.schain) ?? objectOf(childOf(source, "ext").schain);
  if (chain === null) return null;
  const items = listOf(chain.nodes, limits.schainNodes + 1);
  const nodes: SupplyChainNode[] = [];
  for (const item of items.slice(0, limits.schainNodes)) {
    const node = objectOf(item);
    const asi = node === null ? null : hostOf(node.asi);
    const sellerId = node === null ? null : textOf(node.sid, limits.idCharacters);
    if (node === null || asi === null || sellerId === null) continue;
    nodes.push({ asi, sellerId, isPaid: flagOf(node.hp) });
  }
  // A chain of which a link cannot be read, or was cut off, is not known to its end.
  const complete = (flagOf(chain.complete) ?? false) && nodes.length === items.length;
  return { complete, nodes };
}
