import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildWebFiles } from "./buildWhenChanged.mjs";
import { runChecks } from "./checks.mjs";
import { runPoc, runSynth } from "./infra.mjs";
import { SetUpError, say } from "./say.mjs";
import { installPackages, repository } from "./setUp.mjs";
import { runNode } from "./supervise.mjs";
import { runTests } from "./tests.mjs";

const program =
  (path, ...first) =>
  (args) =>
    runNode([join(repository, path), ...first, ...args]);
const main = (name) => program("src/main.ts", name);
/** With what serves fastest (docs/benchmarks.md): large pages for Node's code and for the snapshot. The image does the same. */
const engine = JSON.parse(readFileSync(new URL("servingEngine.json", import.meta.url), "utf8"));
/** Its processes run the sources themselves: what Node makes of them is kept, which saves a third of a later start. */
const start = (args) =>
  runNode([join(repository, "src/main.ts"), "start", ...args], {
    NODE_COMPILE_CACHE: join(repository, ".cache", "compiled"),
  });
const serve = (args) =>
  runNode([...engine.flags, join(repository, "src/main.ts"), "serve", ...args], engine.environment);

/** Development: also needs what tests and the embedded start use. Web: shows people what is built for browsers. */
const commands = {
  start: { development: true, web: true, run: start },
  serve: { development: false, run: serve },
  migrate: { development: false, run: main("migrate") },
  "places:import": { development: false, run: main("places:import") },
  "places:build": { development: true, run: program("scripts/places-build.ts") },
  "keys:create": { development: false, run: main("keys:create") },
  "reports:check": { development: false, run: main("reports:check") },
  "invoices:close": { development: false, run: main("invoices:close") },
  backup: { development: false, run: main("backup") },
  restore: { development: false, run: main("restore") },
  worker: { development: false, run: main("worker") },
  evaluate: { development: true, run: main("evaluate") },
  "off-policy": { development: true, run: main("off-policy") },
  analyse: { development: true, run: main("analyse") },
  "legacy:import": { development: true, run: main("legacy:import") },
  "lake:counts": { development: true, run: main("lake:counts") },
  "lake:pass": { development: true, run: main("lake:pass") },
  score: { development: true, run: main("score") },
  "scores:load": { development: true, run: main("scores:load") },
  "web:build": { development: true, web: true, run: () => 0 },
  test: { development: true, web: true, run: runTests },
  check: { development: true, run: runChecks },
  bench: { development: true, run: program("bench/run.ts") },
  "bench:overload": { development: true, run: program("bench/overload/run.ts") },
  "bench:latency": { development: true, run: program("bench/latency/run.ts") },
  "bench:served": { development: true, run: program("bench/served/run.ts") },
  "bench:soak": { development: true, run: program("bench/soak/run.ts") },
  capacity: { development: true, run: program("bench/capacity/run.ts") },
  "ssp:certify": { development: true, run: program("scripts/ssp-certify.ts") },
  screenshots: { development: true, web: true, run: program("scripts/screenshots.ts") },
  simulate: { development: true, run: program("bench/simulate/run.ts") },
  chaos: { development: true, run: program("bench/chaos/run.ts") },
  loop: { development: true, run: program("bench/loop/run.ts") },
  "forecast:backtest": { development: true, run: program("bench/forecast/run.ts") },
  "dlq:replay": { development: false, run: main("dlq:replay") },
  synth: { development: true, run: runSynth },
  poc: { development: true, run: runPoc },
  "docs:config": { development: true, run: program("scripts/docs-config.ts") },
  "docs:openapi": { development: true, run: program("scripts/docs-openapi.ts") },
};

/** Sets up what the command needs and runs it; the process ends with its exit code. */
export async function runCommand(name, args) {
  process.exitCode = await attempt(name, args);
}

async function attempt(name, args) {
  const command = Object.hasOwn(commands, name ?? "") ? commands[name] : undefined;
  if (command === undefined) {
    say(`there is no command ${name ?? ""}; the commands are ${Object.keys(commands).join(", ")}`);
    return 2;
  }
  try {
    await installPackages(command.development);
    if (command.web) await buildWebFiles();
    return await command.run(args);
  } catch (error) {
    say(error instanceof SetUpError ? error.message : (error?.stack ?? String(error)));
    if (name === "test") console.log("0 passed, 1 failed");
    return 1;
  }
}
