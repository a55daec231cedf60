import type { CaseResult } from "./types.ts";

/** The conformance table, in Markdown, and one line that counts. */
export function conformanceTable(results: readonly CaseResult[]): string {
  const rows = results.map(({ group, name, problems, status, elapsedMs }) => {
    const verdict = problems.length === 0 ? "pass" : "FAIL";
    const time = elapsedMs === null ? "" : elapsedMs.toFixed(1);
    const told = problems.join("; ").replaceAll("|", "\\|");
    return `| ${verdict} | ${group} | ${name} | ${status ?? ""} | ${time} | ${told} |`;
  });
  const failed = results.filter(({ problems }) => problems.length > 0).length;
  return [
    "| | group | the server … | status | ms | problems |",
    "| --- | --- | --- | ---: | ---: | --- |",
    ...rows,
    "",
    `${results.length - failed} passed, ${failed} failed`,
  ].join("\n");
}
