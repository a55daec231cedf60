import { labelOf } from "./drawMermaid.ts";
import type { Graph, GraphNode } from "./readGraph.ts";

const box = { width: 190, height: 40, gapX: 70, gapY: 18 } as const;
const margin = 24;
const titleHeight = 40;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Columns from who asks to what remembers: the order in which the layers of a request are met. */
const order = ["Edge", "Service", "Data", "Lake", "Warehouse", "Network", "Watch"];

/** The graph as a picture: a column a layer, an arrow to whatever a thing knows of. Light and dark, by the reader's own choice. */
export function drawSvg(graph: Graph, title: string): string {
  const columns = [...graph.layers]
    .filter((layer) => graph.nodes.some((node) => node.layer === layer))
    .sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const places = new Map<string, Place>();
  columns.forEach((layer, column) => {
    graph.nodes
      .filter((node) => node.layer === layer)
      .forEach(({ id }, row) => {
        const x = margin + column * (box.width + box.gapX);
        const y = margin + 2 * titleHeight + row * (box.height + box.gapY);
        places.set(id, { x, y });
      });
  });
  const rows = Math.max(
    ...columns.map((layer) => graph.nodes.filter((node) => node.layer === layer).length),
  );
  const width = 2 * margin + columns.length * (box.width + box.gapX);
  const height = 2 * margin + 2 * titleHeight + rows * (box.height + box.gapY);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${style}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>',
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="title" x="${margin}" y="${margin + 14}">${escaped(title)}</text>`,
    ...columns.map((layer, column) => drawTitle(layer, margin + column * (box.width + box.gapX))),
    ...graph.edges.map(([from, to]) => drawArrow(places.get(from), places.get(to))),
    ...graph.nodes.map((node) => drawBox(node, places.get(node.id))),
    "</svg>",
    "",
  ].join("\n");
}

const style = [
  "text{font:13px system-ui,sans-serif;fill:#1f2933}",
  ".title{font-weight:600;font-size:16px}.layer{font-weight:600;fill:#52606d}",
  ".paper{fill:#fff}.box{fill:#f0f4f8;stroke:#829ab1}.arrow{fill:none;stroke:#9fb3c8;stroke-width:1.4}.tip{fill:#829ab1}",
  "@media(prefers-color-scheme:dark){text{fill:#f0f4f8}.layer{fill:#bcccdc}.paper{fill:#102a43}.box{fill:#243b53;stroke:#627d98}.arrow{stroke:#627d98}.tip{fill:#829ab1}}",
].join("");

function drawTitle(layer: string, x: number): string {
  return `<text class="layer" x="${x}" y="${margin + titleHeight + 18}">${escaped(layer)}</text>`;
}

function drawBox(node: GraphNode, place: Place | undefined): string {
  if (place === undefined) return "";
  const { x, y } = place;
  const middle = `x="${x + box.width / 2}" y="${y + box.height / 2 + 5}" text-anchor="middle"`;
  return `<rect class="box" x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6"/><text ${middle}>${escaped(labelOf(node))}</text>`;
}

/** From side to side; within a column around its right side. */
function drawArrow(from: Place | undefined, to: Place | undefined): string {
  if (from === undefined || to === undefined) return "";
  const isRight = to.x > from.x;
  const isSame = to.x === from.x;
  const startX = isRight || isSame ? from.x + box.width : from.x;
  const endX = isSame ? to.x + box.width : isRight ? to.x : to.x + box.width;
  const [startY, endY] = [from.y + box.height / 2, to.y + box.height / 2];
  const bend = isSame ? 45 : (endX - startX) / 2;
  const control = isSame ? endX + bend : startX + bend;
  return `<path class="arrow" marker-end="url(#tip)" d="M${startX} ${startY}C${control} ${startY} ${control} ${endY} ${endX} ${endY}"/>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
