import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { ReplayedRecord } from "../../jobs/deadLetter.ts";

export interface ConsumerFunctions {
  /** Hands records to a function as its event source would. Null = it has done all of them, else why not. */
  readonly invoke: (
    functionArn: string,
    records: readonly ReplayedRecord[],
    streamArn: string | null,
  ) => Promise<string | null>;
  readonly close: () => void;
}

/** A call has room for 6 MB. */
const mostBytes = 5_000_000;

/** Functions of AWS. Credentials come from the SDK's usual chain, an endpoint other than AWS's from `AWS_ENDPOINT_URL_LAMBDA`. */
export function openConsumerFunctions(region: string): ConsumerFunctions {
  const client = new LambdaClient({ region, maxAttempts: 2 });
  const invokeOnce = async (
    FunctionName: string,
    Records: readonly object[],
  ): Promise<string | null> => {
    const Payload = Buffer.from(JSON.stringify({ Records }));
    const answer = await client.send(new InvokeCommand({ FunctionName, Payload }));
    const said = Buffer.from(answer.Payload ?? new Uint8Array()).toString("utf8");
    if (answer.FunctionError !== undefined) return `it threw: ${said.slice(0, 500)}`;
    return faultOf(said);
  };
  return {
    async invoke(functionArn, records, streamArn) {
      for (const some of batchesOf(records.map((record) => toEvent(record, streamArn)))) {
        const fault = await invokeOnce(functionArn, some);
        if (fault !== null) return fault;
      }
      return null;
    },
    close: () => client.destroy(),
  };
}

/** What a function with partial batches answers: the records that are to come again. */
function faultOf(said: string): string | null {
  const answer: unknown = said === "" ? null : JSON.parse(said);
  const { batchItemFailures = [] } = (answer ?? {}) as {
    readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[];
  };
  const [first] = batchItemFailures;
  return first === undefined ? null : `from record ${first.itemIdentifier} on`;
}

function toEvent(record: ReplayedRecord, streamArn: string | null): object {
  return {
    kinesis: { kinesisSchemaVersion: "1.0", ...record },
    eventSource: "aws:kinesis",
    ...(streamArn === null ? {} : { eventSourceARN: streamArn }),
  };
}

function batchesOf(events: readonly object[]): readonly (readonly object[])[] {
  const batches: object[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const size = JSON.stringify(event).length;
    if (bytes + size > mostBytes) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(event);
    bytes += size;
  }
  return batches;
}
