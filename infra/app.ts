import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildApp } from "./lib/buildApp.ts";
import { readArgs, setupOf } from "./lib/readArgs.ts";
import { drawPages, writePages } from "./lib/writePages.ts";

/** `npm run synth`: the templates of a stage in `infra/cdk.out/STAGE`, without an account and without a network. */
const out = join(import.meta.dirname, "cdk.out");

function run(): void {
  const { setups, drawsDiagram } = readArgs(process.argv.slice(2));
  if (drawsDiagram) {
    const { stacks } = buildApp(setupOf("prod"), join(out, "diagram")).synth();
    writePages(drawPages(stacks.map(({ stackName: name, template }) => ({ name, template }))));
    console.log("docs/aws.md and docs/images/aws.svg are drawn from production's templates");
    return;
  }
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
