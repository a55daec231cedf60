// The clients that Lambda's Node brings along: nothing of them is installed here. Only what the functions use is described.
declare module "@aws-sdk/client-secrets-manager" {
  export class SecretsManagerClient {
    send(command: object): Promise<Readonly<Record<string, unknown>>>;
  }
  export class GetSecretValueCommand {
    constructor(input: Readonly<Record<string, unknown>>);
  }
  export class PutSecretValueCommand {
    constructor(input: Readonly<Record<string, unknown>>);
  }
  export class DescribeSecretCommand {
    constructor(input: Readonly<Record<string, unknown>>);
  }
  export class UpdateSecretVersionStageCommand {
    constructor(input: Readonly<Record<string, unknown>>);
  }
}
declare module "@aws-sdk/client-ecs" {
  export class ECSClient {
    send(command: object): Promise<unknown>;
  }
  export class UpdateServiceCommand {
    constructor(input: Readonly<Record<string, unknown>>);
  }
}
declare module "@aws-sdk/client-elasticache" {
  export class ElastiCacheClient {
    send(command: object): Promise<Readonly<Record<string, unknown>>>;
  }
  export class ModifyReplicationGroupCommand {
    constructor(input: Readonly<Record<string, unknown>>);
  }
  export class DescribeReplicationGroupsCommand {
    constructor(input: Readonly<Record<string, unknown>>);
  }
}
declare module "@aws-sdk/client-glue" {
  export class GlueClient {
    send(command: object): Promise<Readonly<Record<string, unknown>>>;
  }
  export class GetTableCommand {
    constructor(input: Readonly<Record<string, unknown>>);
  }
  export class BatchCreatePartitionCommand {
    constructor(input: Readonly<Record<string, unknown>>);
  }
}
declare module "@aws-sdk/client-cloudformation" {
  export class CloudFormationClient {
    send(command: object): Promise<unknown>;
  }
  export class DeleteStackCommand {
    constructor(input: Readonly<Record<string, unknown>>);
  }
}
declare module "@aws-sdk/client-firehose" {
  export class FirehoseClient {
    send(command: object): Promise<Readonly<Record<string, unknown>>>;
  }
  export class PutRecordBatchCommand {
    constructor(input: Readonly<Record<string, unknown>>);
  }
}
declare module "@aws-sdk/client-sqs" {
  export class SQSClient {
    send(command: object): Promise<unknown>;
  }
  export class SendMessageCommand {
    constructor(input: Readonly<Record<string, unknown>>);
  }
}
