import { CfnParameter, type Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";

/** Whom alarms and budgets tell: an address that is given as the stack is deployed, and whoever else subscribes. */
export function addAlarmTopic(stack: Stack): Topic {
  const email = new CfnParameter(stack, "AlarmEmail", {
    type: "String",
    allowedPattern: "^[^@\\s]+@[^@\\s]+$",
    description: "Who is told of alarms and of what is spent; they confirm once",
  });
  const topic = addTopic(stack, "Alarms");
  topic.addSubscription(new EmailSubscription(email.valueAsString));
  return topic;
}

/** A topic that budgets and alarms of this account may tell. */
export function addTopic(stack: Stack, name: string): Topic {
  const topic = new Topic(stack, name, { enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"].map(
        (service) => new ServicePrincipal(service),
      ),
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
  );
  return topic;
}
