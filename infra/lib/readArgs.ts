import { parseArgs } from "node:util";
import { type Compute, regions, type Setup, zonesOf } from "./setup.ts";
import { type Stage, sizes, stages } from "./sizes.ts";

const usage =
  "Usage: npm run synth -- [--stage dev|staging|prod] [--compute fargate|ec2] [--region REGION] [--account ID] [--diagram] [--test]";

export interface SynthOrder {
  readonly setups: readonly Setup[];
  readonly drawsDiagram: boolean;
}

/** What somebody asked for on the command line; without a stage, all of them. Throws an Error that says what is wrong. */
export function readArgs(args: readonly string[]): SynthOrder {
  const { values } = parse(args);
  const { stage, compute = "fargate", region = "eu-west-3", account } = values;
  const chosen = stages.filter((one) => stage === undefined || one === stage);
  if (chosen.length === 0) throw new Error(`--stage must be one of ${stages.join(", ")}`);
  if (compute !== "fargate" && compute !== "ec2")
    throw new Error("--compute must be fargate or ec2");
  if (!regions.includes(region)) throw new Error(`--region must be one of ${regions.join(", ")}`);
  if (account !== undefined && !/^\d{12}$/.test(account))
    throw new Error("--account must be the 12 digits of an AWS account");
  const setups = chosen.map((one) => setupOf(one, compute, region, account ?? null));
  return { setups, drawsDiagram: values.diagram === true };
}

/** A stage at its size in a region. */
export function setupOf(
  stage: Stage,
  compute: Compute = "fargate",
  region = "eu-west-3",
  account: string | null = null,
): Setup {
  return { stage, size: sizes[stage], compute, region, zones: zonesOf(region), account };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = {
    stage: text,
    compute: text,
    region: text,
    account: text,
    diagram: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}
