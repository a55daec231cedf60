/** A rule of AWS's own list that something of ours breaks, and why it may. */
export interface Exception {
  /** As cdk-nag reports it: "AwsSolutions-IAM5[Resource::*]", of which this may be the beginning. */
  readonly rule: string;
  /** Paths of constructs, as the report has them. */
  readonly paths: RegExp;
  readonly reason: string;
}

/** Each is needed by some stage: a test finds those that nothing needs any more. */
export const exceptions: readonly Exception[] = [
  {
    rule: "AwsSolutions-EC23",
    paths: /Network\/Vpc\/\w+\/SecurityGroup\/Resource$/,
    reason:
      "An endpoint answers the network alone: the rule cannot read its range, which is known as it is deployed.",
  },
  {
    rule: "AwsSolutions-EC23",
    paths: /Data\/BalancerGroup\/Resource$/,
    reason: "Browsers and exchanges come from everywhere: by 443, and by 80 to be sent on.",
  },
  {
    rule: "AwsSolutions-AEC5",
    paths: /Data\/Redis$/,
    reason: "Who may come is said by groups, a password and TLS; another port would hide nothing.",
  },
  {
    rule: "AwsSolutions-RDS11",
    paths: /\/Postgres\/Resource$/,
    reason: "Only the proxy comes, by TLS; another port would hide nothing.",
  },
  {
    rule: "AwsSolutions-SMG4",
    paths: /\/VisitorSecret\/Resource$/,
    reason:
      "It keys the hashes under which visitors' choices and scores are kept for months: another one would forget every refusal. It never leaves the tasks, and is renewed by hand with all that it keys.",
  },
  {
    rule: "AwsSolutions-IAM5[Resource::*]",
    paths: /\/\w+StartRole\/DefaultPolicy\/Resource$/,
    reason:
      "ecr:GetAuthorizationToken has no resource; what may be pulled with it is one repository.",
  },
  {
    rule: "AwsSolutions-IAM5[Resource::",
    paths: /\/DeliveryRole-\w+\/DefaultPolicy\/Resource$/,
    reason: "Objects in the folder of one table, whose names are made as they are written.",
  },
  {
    rule: "AwsSolutions-IAM5[Resource::",
    paths: /Warehouse\/WarehouseRole\/DefaultPolicy\/Resource$/,
    reason: "Reads any object of the lake, and nothing beside it.",
  },
  {
    rule: "AwsSolutions-IAM5[Resource::",
    paths: /Service\/(MergeLake|Score)TaskRole\/DefaultPolicy\/Resource$/,
    reason:
      "Objects of the lake, whose names are made as they are written: those that landed are read, those that were merged are the batches' own.",
  },
  {
    rule: "AwsSolutions-IAM5[Resource::",
    paths: /Service\/(Ads|Management)TaskRole\/DefaultPolicy\/Resource$/,
    reason:
      "Pictures of one bucket, whose names are their content; streams of one log group, whose names are the tasks'.",
  },
  {
    rule: "AwsSolutions-SQS3",
    paths: /\/(stream|batch)-dead-letters\/Resource$/,
    reason:
      "These are dead-letter queues, of a stream's consumer and of schedules, which the rule does not look at.",
  },
  {
    rule: "AwsSolutions-ECS2",
    paths: /Task\/Resource$/,
    reason:
      "Settings that are no secrets are read in the template; secrets come from Secrets Manager.",
  },
  {
    rule: "AwsSolutions-S1",
    paths: /\/AccessLogs\/Resource$/,
    reason: "The bucket of access logs does not log itself.",
  },
  {
    rule: "AwsSolutions-CFR1",
    paths: /Edge\/Cdn\/Resource$/,
    reason: "Tags and pictures are shown to whoever reads a French page, wherever.",
  },
  {
    rule: "AwsSolutions-IAM5[",
    paths: /Service\/MachineRole\/DefaultPolicy\/Resource$/,
    reason:
      "What ECS's agent needs (ecs:Submit* of one cluster; asking where its endpoint is has no resource), as CDK grants it.",
  },
  {
    rule: "AwsSolutions-AS3",
    paths: /Service\/Machines\/ASG$/,
    reason: "Machines come and go with the tasks; somebody is told when tasks are not ready.",
  },
  {
    rule: "AwsSolutions-RDS3",
    paths: /^AtelierDevData\/Postgres\/Resource$/,
    reason: "A place to try things may be away for some minutes.",
  },
  {
    rule: "AwsSolutions-RDS10",
    paths: /^Atelier(Dev|Staging)Data\/Postgres\/Resource$/,
    reason: "Stages without anybody's data are deleted whole.",
  },
  {
    rule: "AwsSolutions-EC23",
    paths: /^AtelierPoc\w+\/TaskGroup\/Resource$/,
    reason:
      "Who tries it is named as it is deployed, by default nobody: the parameter takes no wide range.",
  },
  {
    rule: "AwsSolutions-SMG4",
    paths: /^AtelierPoc\w+\//,
    reason: "Secrets of a proof of concept live as long as it does, days.",
  },
  {
    rule: "AwsSolutions-RDS6",
    paths: /^AtelierPoc\w+\/Postgres\/Resource$/,
    reason: "One task knows the password, in a network of its own, for days.",
  },
  {
    rule: "AwsSolutions-RDS10",
    paths: /^AtelierPoc\w+\/Postgres\/Resource$/,
    reason: "It is to be deleted by itself.",
  },
  {
    rule: "AwsSolutions-DDB3",
    paths: /^AtelierPoc\w+\/Scores\/Resource$/,
    reason: "Nothing of it is to be brought back.",
  },
  {
    rule: "AwsSolutions-IAM5[Resource::",
    paths: /^AtelierPoc\w+\/ServerTaskRole\/DefaultPolicy\/Resource$/,
    reason: "Reads any object of the lake and any table of its database, and writes nothing.",
  },
];
