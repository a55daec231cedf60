import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { QueuedLetter, ReplayPorts } from "../../jobs/replayDeadLetters.ts";

export interface DeadLetterQueue extends Pick<ReplayPorts, "receive" | "remove" | "release"> {
  readonly close: () => void;
}

/** Longer than ten messages take. */
const hiddenSeconds = 900;

/** A queue of SQS by its URL. Credentials come from the SDK's usual chain, an endpoint other than AWS's from `AWS_ENDPOINT_URL_SQS`. */
export function openDeadLetterQueue(QueueUrl: string, region: string): DeadLetterQueue {
  const client = new SQSClient({ region, maxAttempts: 3 });
  return {
    async receive() {
      const answer = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: hiddenSeconds,
          // Asks all of the queue's servers, where a short look may find none of the few that there are.
          WaitTimeSeconds: 1,
        }),
      );
      return (answer.Messages ?? []).map(toLetter);
    },
    async remove({ receipt: ReceiptHandle }) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    async release({ receipt: ReceiptHandle }) {
      const now = { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 };
      await client.send(new ChangeMessageVisibilityCommand(now));
    },
    close: () => client.destroy(),
  };
}

function toLetter({ MessageId = "", Body = "", ReceiptHandle = "" }: Message): QueuedLetter {
  return { id: MessageId, body: Body, receipt: ReceiptHandle };
}
