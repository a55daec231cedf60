import type { Stack } from "aws-cdk-lib";
import { type IGrantable, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Stream } from "aws-cdk-lib/aws-kinesis";
import type { Data } from "./data.ts";
import { databaseUser } from "./database.ts";
import { allow } from "./policies.ts";

export interface TaskRoles {
  /** Who the server is. */
  readonly taskRole: Role;
  /** Who starts it: pulls the image, reads its secrets, writes its logs. */
  readonly executionRole: Role;
}

/** Roles that may nothing yet: whoever gives a task an image, a secret or a log lets its role have it. */
export function addTaskRoles(stack: Stack, name: string): TaskRoles {
  const ecsTasks = new ServicePrincipal("ecs-tasks.amazonaws.com", {
    conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
  });
  const role = (kind: string): Role =>
    new Role(stack, `${name}${kind}Role`, { assumedBy: ecsTasks });
  return { taskRole: role("Task"), executionRole: role("Start") };
}

/** Both sides look into Postgres and the scores, and show pictures. */
export function allowServing(data: Data, role: Role): void {
  allowDatabase(data, role);
  for (const statement of [
    allow(["dynamodb:GetItem", "dynamodb:BatchGetItem"], [data.scores.tableArn]),
    allow(["s3:GetObject"], [`${data.media.bucketArn}/*`]),
  ])
    role.addToPolicy(statement);
}

/** What a task tells, and whether the stream is still the one that it was. */
export function allowTelling(stream: Stream, role: Role): void {
  role.addToPolicy(
    allow(["kinesis:PutRecords", "kinesis:DescribeStreamSummary"], [stream.streamArn]),
  );
}

/** Management keeps pictures, and forgets visitors. */
export function allowManaging(data: Data, role: Role): void {
  allowDatabase(data, role);
  for (const statement of [
    allow(
      ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:BatchWriteItem"],
      [data.scores.tableArn],
    ),
    allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [`${data.media.bucketArn}/*`]),
    // A picture that is not there is told from one that may not be seen only with this.
    allow(["s3:ListBucket"], [data.media.bucketArn]),
  ])
    role.addToPolicy(statement);
}

/** Loading scores writes items and the pointer to the model that serves. */
export function allowScoring(data: Data, role: Role): void {
  allowDatabase(data, role);
  role.addToPolicy(
    allow(
      [
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:UpdateItem",
        "dynamodb:Query",
      ],
      [data.scores.tableArn],
    ),
  );
}

/** As one user of the database, through the proxy. */
export function allowDatabase(data: Data, role: IGrantable): void {
  data.database.proxy.grantConnect(role, databaseUser);
}

/** Metrics travel as log lines of one group. */
export function allowMetrics(role: Role, logGroupArn: string): void {
  role.addToPolicy(
    allow(["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"], [logGroupArn]),
  );
}
