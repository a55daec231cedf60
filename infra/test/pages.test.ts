import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readGraph } from "../lib/diagram/readGraph.ts";
import { drawPages } from "../lib/writePages.ts";
import { built } from "./support/built.ts";

const docs = join(import.meta.dirname, "../../docs");
const drawn = () =>
  built("prod").stacks.map(({ name, text }) => ({ name, template: JSON.parse(text) }));

test("docs/aws.md and its picture are in step with the stacks and prices (npm run synth -- --diagram)", () => {
  const { markdown, picture } = drawPages(drawn());
  assert.equal(readFileSync(join(docs, "aws.md"), "utf8"), markdown);
  assert.equal(readFileSync(join(docs, "images/aws.svg"), "utf8"), picture);
});

test("the diagram has the ways that requests and events take", () => {
  const { edges } = readGraph(drawn(), "AtelierProd");
  const has = (from: string, to: string) =>
    assert.ok(
      edges.some(([a, b]) => a === from && b === to),
      `${from} → ${to}`,
    );
  has("Edge/CDN (CloudFront)", "Edge/Firewall (WAF)");
  has("Service/Balancer (ALB)", "Service/Ways to tasks");
  has("Service/Ways to tasks", "Service/Services (ECS)");
  has("Service/Services (ECS)", "Data/Redis cluster");
  has("Service/Services (ECS)", "Data/Postgres proxy");
  has("Data/Postgres proxy", "Data/Postgres");
  has("Service/Services (ECS)", "Lake/Events (Kinesis)");
  has("Lake/Events (Kinesis)", "Lake/Functions (Lambda)");
  has("Lake/Functions (Lambda)", "Lake/Firehose to Parquet");
  has("Lake/Firehose to Parquet", "Lake/Buckets (S3)");
  has("Warehouse/Redshift Serverless", "Lake/Buckets (S3)");
});

test("a template without anything is drawn as nothing", () => {
  assert.deepEqual(readGraph([{ name: "AX", template: {} }], "A"), {
    layers: ["X"],
    nodes: [],
    edges: [],
  });
});
