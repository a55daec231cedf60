import { serverPort } from "./network.ts";
import { watchedMetrics } from "./watchedMetrics.ts";

export const metricsNamespace = "Atelier";

/** Sums of a role's tasks, by role: a task's own id would be a metric each, for ever. */
export const roleDimension = "Role";

/** The agent beside the server reads its page as this very machine does, without a token. */
export function scrapeConfig(role: string): string {
  return [
    "global:",
    "  scrape_interval: 30s",
    "scrape_configs:",
    "  - job_name: atelier",
    "    static_configs:",
    `      - targets: ["127.0.0.1:${serverPort}"]`,
    "        labels:",
    `          ${roleDimension}: ${role}`,
  ].join("\n");
}

/** Which of the page's metrics become metrics of CloudWatch, as log lines in its embedded format. */
export function agentConfig(logGroupName: string, role: "ads" | "management"): string {
  const names = watchedMetrics.filter(({ roles }) => roles.includes(role)).map(({ name }) => name);
  return JSON.stringify({
    logs: {
      metrics_collected: {
        prometheus: {
          prometheus_config_path: "env:PROMETHEUS_CONFIG_CONTENT",
          log_group_name: logGroupName,
          emf_processor: {
            metric_namespace: metricsNamespace,
            metric_declaration: [
              {
                source_labels: ["job"],
                label_matcher: "^atelier$",
                dimensions: [[roleDimension]],
                metric_selectors: names.map((name) => `^${name}$`),
              },
            ],
          },
        },
      },
      force_flush_interval: 15,
    },
  });
}
