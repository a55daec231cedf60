import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import type { Outcome } from "./runFault.ts";

const headings = [
  "fault",
  "what happens",
  "requests",
  "lost",
  "errors",
  "slowest",
  "money wrong",
  "recovered after",
  "promises",
] as const;

/** The table, as Markdown. */
export function toTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ fault, ...it }) => [
    `\`${fault.name}\``,
    fault.what,
    String(it.requests),
    String(it.lost),
    String(it.errors),
    `${it.slowestMs.toFixed(0)} ms`,
    String(it.moneyWrong),
    `${(it.recoverMs / 1_000).toFixed(1)} s`,
    it.wrong.length === 0 ? "kept" : `**broken**: ${it.wrong.join("; ")}`,
  ]);
  return [headings, headings.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** When, of which commit, and how busy the machine was. */
export function circumstances(seconds: number): string {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const load = loadavg()
    .map((one) => one.toFixed(1))
    .join(" ");
  const at = new Date().toISOString().slice(0, 16).replace("T", " ");
  return `${at} UTC, commit ${commit}, ${seconds.toFixed(0)} s in all, load average ${load} at the end.`;
}

const page = new URL("../../docs/chaos.md", import.meta.url);
const [opening, closing] = ["<!-- last run -->", "<!-- end of the last run -->"] as const;

/** Puts the table into the page, in place of the one before. */
export function writeIntoPage(about: string, table: string): void {
  const text = readFileSync(page, "utf8");
  const [before, rest = ""] = text.split(opening);
  const after = rest.split(closing)[1] ?? "";
  writeFileSync(page, `${before}${opening}\n${about}\n\n${table}\n${closing}${after}`);
}
