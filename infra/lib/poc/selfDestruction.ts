import { Duration, type Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { LambdaSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { addFunction } from "../lambdas.ts";
import { allow } from "../policies.ts";
import type { PocOrder } from "./pocOrder.ts";

/**
 * The stack deletes itself: on its last day by a schedule, and at once where its budget is spent. Both may delete this stack and do
 * nothing else; what is in it is deleted by the role that it was deployed with.
 */
export function addSelfDestruction(stack: Stack, order: PocOrder, budgetSpent: Topic): void {
  const deletion = allow(["cloudformation:DeleteStack"], [stack.stackId]);
  const role = new Role(stack, "EndRole", {
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
  });
  role.addToPolicy(deletion);
  new CfnSchedule(stack, "End", {
    description: `Deletes ${stack.stackName}`,
    // "at" takes a time without its zone, to the second.
    scheduleExpression: `at(${new Date(order.endsAtMs).toISOString().slice(0, 19)})`,
    scheduleExpressionTimezone: "UTC",
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: `arn:${stack.partition}:scheduler:::aws-sdk:cloudformation:deleteStack`,
      roleArn: role.roleArn,
      input: stack.toJsonString({ StackName: stack.stackName }),
      retryPolicy: { maximumRetryAttempts: 24, maximumEventAgeInSeconds: 86_400 },
    },
  });
  const atOnce = addFunction(stack, { size: { logDays: 3 } }, "EndAtBudget", {
    entry: "deleteStack.ts",
    about: "Deletes the proof of concept when its budget is spent",
    timeout: Duration.seconds(30),
    environment: { STACK: stack.stackName },
  });
  atOnce.addToRolePolicy(deletion);
  budgetSpent.addSubscription(new LambdaSubscription(atOnce));
}
