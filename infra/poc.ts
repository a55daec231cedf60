import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildPoc, pocStackName } from "./lib/poc/buildPoc.ts";
import { pocCosts } from "./lib/poc/pocCosts.ts";
import { readPocOrder } from "./lib/poc/pocOrder.ts";
import { describeCosts } from "./lib/prices/describeCosts.ts";
import { priceLines, readPrices, sumOf } from "./lib/prices/estimate.ts";

/** `npm run poc -- NAME --days 7 --budget 300`: the template of a proof of concept, and what it will cost. */
function run(): void {
  const order = readPocOrder(process.argv.slice(2), Date.now());
  const prices = readPrices();
  const lines = priceLines(pocCosts(order), prices);
  const total = sumOf(lines);
  for (const line of describeCosts(lines, prices)) console.log(line);
  console.log("");
  if (total > order.budgetDollars)
    throw new Error(
      `Used hard for ${order.days} days it would cost some $${Math.ceil(total)}, more than its budget of $${order.budgetDollars}: fewer days, or a larger --budget.`,
    );
  const folder = join(import.meta.dirname, "cdk.out", `poc-${order.name}`);
  rmSync(folder, { recursive: true, force: true });
  buildPoc(order, folder).synth();
  const name = pocStackName(order);
  const ends = new Date(order.endsAtMs).toISOString().slice(0, 16).replace("T", " ");
  console.log(
    `${name} is in infra/cdk.out/poc-${order.name}. It deletes itself on ${ends} UTC, or when $${order.budgetDollars} are spent.`,
  );
  console.log("Deploy it (docs/aws.md says what the parameters are):");
  console.log(
    `  npx aws-cdk@3 deploy --app infra/cdk.out/poc-${order.name} --parameters ImageTag=… --parameters PublicUrl=… --parameters AlarmEmail=… --parameters LakeBucket=… --parameters LakeDatabase=atelier_prod`,
  );
}

try {
  run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
