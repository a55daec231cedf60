import { expect, it } from "vitest";
import { mergePages } from "../../../src/metrics/mergePages.ts";
import { createMetrics } from "../../../src/metrics/metrics.ts";

async function pageOf(filled: number): Promise<string> {
  const metrics = createMetrics();
  metrics
    .counter("atelier_requests_total", "Requests", ["outcome"])
    .add(filled, { outcome: "{a}" });
  metrics.gauge("atelier_waiting", "Waiting", () => 1.5);
  metrics.histogram("atelier_seconds", "Seconds", [0.1, 1]).observe(0.5);
  return (await metrics.page()).text;
}

it("names each metric once, with a line for each process", async () => {
  const merged = mergePages([
    { process: "1", text: await pageOf(3) },
    { process: "2", text: await pageOf(4) },
  ]);
  expect(merged.split("\n")).toEqual([
    "# HELP atelier_requests_total Requests",
    "# TYPE atelier_requests_total counter",
    'atelier_requests_total{process="1",outcome="{a}"} 3',
    'atelier_requests_total{process="2",outcome="{a}"} 4',
    "",
    "# HELP atelier_waiting Waiting",
    "# TYPE atelier_waiting gauge",
    'atelier_waiting{process="1"} 1.5',
    'atelier_waiting{process="2"} 1.5',
    "",
    "# HELP atelier_seconds Seconds",
    "# TYPE atelier_seconds histogram",
    ...["1", "2"].flatMap((process) => [
      `atelier_seconds_bucket{process="${process}",le="0.1"} 0`,
      `atelier_seconds_bucket{process="${process}",le="1"} 1`,
      `atelier_seconds_bucket{process="${process}",le="+Inf"} 1`,
      `atelier_seconds_sum{process="${process}"} 0.5`,
      `atelier_seconds_count{process="${process}"} 1`,
    ]),
    "",
    "",
  ]);
});

it("keeps what only one of them has, and needs no page at all", () => {
  const only = "# HELP a A\n# TYPE a gauge\na 1\n";
  const other = "# HELP b B\n# TYPE b gauge\nb 2\n";
  const merged = mergePages([
    { process: "1", text: only },
    { process: "2", text: other },
    { process: "3", text: "" },
  ]);
  expect(merged).toBe(
    '# HELP a A\n# TYPE a gauge\na{process="1"} 1\n\n# HELP b B\n# TYPE b gauge\nb{process="2"} 2\n\n',
  );
  expect(mergePages([])).toBe("");
});
