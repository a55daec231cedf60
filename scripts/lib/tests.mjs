import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "./setUp.mjs";
import { runNode } from "./supervise.mjs";

/**
 * `npm test` and `npm run test:long` (`--long`); other arguments go to vitest (a file's name, `-t NAME`).
 * The very last line is `N passed, N failed`, whatever happens to the runner.
 */
export async function runTests(args) {
  const long = args.includes("--long");
  const rest = args.filter((arg) => arg !== "--long");
  const folder = mkdtempSync(join(tmpdir(), "atelier-result-"));
  const report = join(folder, "report.json");
  const startedAt = Date.now();
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const vitest = join(repository, "node_modules", "vitest", "vitest.mjs");
    const code = await runNode([vitest, "run", ...reporters, ...rest], {
      // Dozens of processes and threads run the same sources.
      NODE_COMPILE_CACHE: join(repository, ".cache", "compiled"),
      ...(long ? { TEST_LONG: "1" } : {}),
    });
    const counts = countTests(report, code);
    if (long && rest.length === 0) recordLongRun(counts, Date.now() - startedAt);
    console.log(`${counts.passed} passed, ${counts.failed} failed`);
    return counts.failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that could not be read, an error outside a test and a runner that was killed count as one failure. */
function countTests(report, code) {
  try {
    const {
      numPassedTests: passed,
      numFailedTests: failed,
      testResults,
    } = JSON.parse(readFileSync(report, "utf8"));
    const brokenFiles = testResults.filter(
      (file) =>
        file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
    );
    const all = failed + brokenFiles.length;
    return { passed, failed: all === 0 && code !== 0 ? 1 : all };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** The last full run is kept with its date and commit. */
function recordLongRun({ passed, failed }, durationMs) {
  const git = (...args) => execFileSync("git", args, { cwd: repository, encoding: "utf8" }).trim();
  let commit = "unknown";
  try {
    commit =
      git("rev-parse", "--short", "HEAD") +
      (git("status", "--porcelain") === "" ? "" : " with uncommitted changes");
  } catch {
    // Not a git checkout: the page says so.
  }
  const rows = [
    ["date", `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`],
    ["commit", commit],
    ["result", `${passed} passed, ${failed} failed`],
    ["duration", `${Math.round(durationMs / 1000)} s`],
  ];
  const table = rows.map(([name, value]) => `| ${name} | ${value} |`).join("\n");
  const page = `# The last long run of the tests\n\nWritten by \`npm run test:long\`.\n\n| | |\n| --- | --- |\n${table}\n`;
  writeFileSync(join(repository, "docs", "test-long.md"), page);
}
