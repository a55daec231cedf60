import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawMermaid } from "./diagram/drawMermaid.ts";
import { drawSvg } from "./diagram/drawSvg.ts";
import { type DrawnStack, readGraph } from "./diagram/readGraph.ts";
import { priceLines, readPrices, sumOf } from "./prices/estimate.ts";
import { stageCosts, trafficOf } from "./prices/stageCosts.ts";
import { sizes, stages } from "./sizes.ts";

const docs = join(import.meta.dirname, "../../docs");
const page = join(docs, "aws.md");

/** What is written into docs/aws.md: the diagram of production from its templates, and the months' costs from the table of prices. */
export interface Pages {
  readonly markdown: string;
  readonly picture: string;
}

/** The page and the picture as they should be. */
export function drawPages(stacks: readonly DrawnStack[]): Pages {
  const graph = readGraph(stacks, "AtelierProd");
  const mermaid = `\`\`\`mermaid\n${drawMermaid(graph)}\n\`\`\``;
  const before = readFileSync(page, "utf8");
  const markdown = put(put(before, "diagram", mermaid), "costs", costTable());
  return {
    markdown,
    picture: drawSvg(graph, "Atelier on AWS: production, drawn from its templates"),
  };
}

export function writePages({ markdown, picture }: Pages): void {
  writeFileSync(page, markdown);
  writeFileSync(join(docs, "images", "aws.svg"), picture);
}

/** Between `<!-- NAME -->` and `<!-- /NAME -->`. Throws where the page has no such place. */
function put(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/aws.md has no place for ${name}`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

/** A month of each stage, the dearest of production first. */
function costTable(): string {
  const prices = readPrices();
  const priced = stages.map((stage) =>
    priceLines(stageCosts(sizes[stage], trafficOf[stage], 3), prices),
  );
  const [, , prod = []] = priced;
  const rows = [...prod]
    .sort((a, b) => b.dollars - a.dollars)
    .map(({ what }) => {
      const cells = priced.map((lines) =>
        dollars(lines.find((line) => line.what === what)?.dollars ?? 0),
      );
      return `| ${what} | ${cells.join(" | ")} |`;
    });
  const named = new Set(prod.map(({ what }) => what));
  const others = priced.map((lines) => sumOf(lines.filter(({ what }) => !named.has(what))));
  const rest = `| stream, by shards | ${others.map(dollars).join(" | ")} |`;
  const sums = `| **a month** | ${priced.map((lines) => `**${dollars(sumOf(lines))}**`).join(" | ")} |`;
  const head = `| US dollars, ${prices.asOf}, ${prices.region} | ${stages.join(" | ")} |\n| --- | ${stages.map(() => "---:").join(" | ")} |`;
  return [head, ...rows, rest, sums].join("\n");
}

function dollars(amount: number): string {
  return amount.toFixed(amount < 10 ? 2 : 0);
}
