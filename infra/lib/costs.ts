import { type Stack, Tags } from "aws-cdk-lib";
import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Setup } from "./setup.ts";

/** By these, costs are told apart; activate them once as cost allocation tags (docs/aws.md). */
export function tagStack(stack: Stack, stage: string, layer: string): void {
  Tags.of(stack).add("project", "atelier");
  Tags.of(stack).add("stage", stage);
  Tags.of(stack).add("layer", layer);
}

export interface BudgetOptions {
  readonly name: string;
  readonly dollars: number;
  /** "stage$prod": whose costs count. */
  readonly tag: string;
  readonly topic: Topic;
  /** Told besides where all of it is spent. */
  readonly spent?: Topic;
  /** A month's budget begins anew; that of a proof of concept is spent once. */
  readonly timeUnit: "MONTHLY" | "ANNUALLY";
}

/** Tells the topic at 50, 80 and 100 % of what was spent, and where the forecast passes it. */
export function addBudget(stack: Stack, options: BudgetOptions): CfnBudget {
  const { name, dollars, tag, topic, spent, timeUnit } = options;
  const notice = (
    notificationType: "ACTUAL" | "FORECASTED",
    threshold: number,
    topics: readonly Topic[] = [topic],
  ): CfnBudget.NotificationWithSubscribersProperty => ({
    notification: {
      notificationType,
      threshold,
      thresholdType: "PERCENTAGE",
      comparisonOperator: "GREATER_THAN",
    },
    subscribers: topics.map(({ topicArn }) => ({ subscriptionType: "SNS", address: topicArn })),
  });
  return new CfnBudget(stack, "Budget", {
    budget: {
      budgetName: name,
      budgetType: "COST",
      timeUnit,
      budgetLimit: { amount: dollars, unit: "USD" },
      costFilters: { TagKeyValue: [`user:${tag}`] },
    },
    notificationsWithSubscribers: [
      notice("ACTUAL", 50),
      notice("ACTUAL", 80),
      notice("ACTUAL", 100, [topic, ...(spent === undefined ? [] : [spent])]),
      notice("FORECASTED", 100),
    ],
  });
}

/** The month's budget of a stage. */
export function addMonthlyBudget(stack: Stack, setup: Setup, topic: Topic): CfnBudget {
  return addBudget(stack, {
    name: `atelier-${setup.stage}`,
    dollars: setup.size.budgetDollars,
    tag: `stage$${setup.stage}`,
    topic,
    timeUnit: "MONTHLY",
  });
}
