import type { Graph, GraphNode } from "./readGraph.ts";

/** The graph in Mermaid's words, which forges draw. */
export function drawMermaid({ layers, nodes, edges }: Graph): string {
  const keys = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const boxes = layers.flatMap((layer, index) => {
    const inside = nodes.filter((node) => node.layer === layer);
    return inside.length === 0
      ? []
      : [
          `  subgraph l${index}["${layer}"]`,
          ...inside.map((node) => `    ${keys.get(node.id)}["${labelOf(node)}"]`),
          "  end",
        ];
  });
  const arrows = edges.map(([from, to]) => `  ${keys.get(from)} --> ${keys.get(to)}`);
  return ["flowchart LR", ...boxes, ...arrows].join("\n");
}

export function labelOf({ name, count }: GraphNode): string {
  return count === 1 ? name : `${name} × ${count}`;
}
