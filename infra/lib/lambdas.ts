import { join } from "node:path";
import { Duration, RemovalPolicy, type Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { logDays } from "./keeping.ts";
import { allow } from "./policies.ts";
import type { Setup } from "./setup.ts";
import { stageFunction } from "./stageFunction.ts";

export interface FunctionOptions {
  /** A file of infra/lambda with `handler`. */
  readonly entry: string;
  readonly about: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeout?: Duration;
  readonly memoryMiB?: number;
  /** Folders and files of the repository that it reads as it runs. */
  readonly files?: readonly string[];
}

const lambdas = join(import.meta.dirname, "../lambda");

/** A function with logs and a role of its own, which may write those logs and nothing else. */
export function addFunction(
  stack: Stack,
  setup: { readonly size: Pick<Setup["size"], "logDays"> },
  name: string,
  options: FunctionOptions,
): LambdaFunction {
  const logGroup = new LogGroup(stack, `${name}Logs`, {
    retention: logDays(setup.size.logDays),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(stack, `${name}Role`, {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
  });
  role.addToPolicy(allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logGroup.logGroupArn]));
  return new LambdaFunction(stack, name, {
    description: options.about,
    runtime: Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: Code.fromAsset(stageFunction(join(lambdas, options.entry), options.files)),
    role,
    logGroup,
    timeout: options.timeout ?? Duration.seconds(60),
    memorySize: options.memoryMiB ?? 256,
    environment: { ...options.environment },
  });
}
