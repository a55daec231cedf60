import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildApp } from "./lib/buildApp.ts";
import { readArgs } from "./lib/readArgs.ts";

/** `npm run synth`: the templates of a stage in `infra/cdk.out/STAGE`, without an account and without a network. */
const out = join(import.meta.dirname, "cdk.out");

function run(): void {
  const { setups } = readArgs(process.argv.slice(2));
  for (const setup of setups) {
    const folder = join(out, setup.stage);
    rmSync(folder, { recursive: true, force: true });
    const { stacks } = buildApp(setup, folder).synth();
    const resources = stacks.map(({ template }) => Object.keys(template.Resources ?? {}).length);
    const count = resources.reduce((sum, one) => sum + one, 0);
    console.log(
      `${setup.stage}: ${stacks.length} stacks, ${count} resources, in infra/cdk.out/${setup.stage}`,
    );
  }
}

try {
  run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
