import { type Environment, parseConfig } from "../config.ts";
import { replayDeadLetters } from "../jobs/replayDeadLetters.ts";
import { SetupError } from "../setupError.ts";
import { createKinesisClient } from "../stores/kinesis/kinesisApi.ts";
import { readShardRange } from "../stores/kinesis/readRange.ts";
import { openConsumerFunctions } from "../stores/lambda/invokeConsumer.ts";
import { openDeadLetterQueue } from "../stores/sqs/deadLetterQueue.ts";

const usage =
  "Usage: npm run dlq:replay -- QUEUE_URL [--dry-run] [--most N]   (at most 1,000 messages unless said, of at most 100,000)";
const usualMost = 1_000;

export interface ReplayRequest {
  readonly queueUrl: string;
  readonly isDryRun: boolean;
  readonly most: number;
}

/** Throws SetupError with the usage for anything else. */
export function parseReplayRequest(args: readonly string[]): ReplayRequest {
  const isDryRun = args.includes("--dry-run");
  const rest = args.filter((arg) => arg !== "--dry-run");
  const at = rest.indexOf("--most");
  const most = at === -1 ? usualMost : wholeNumber(rest[at + 1]);
  const others = at === -1 ? rest : rest.toSpliced(at, 2);
  const [queueUrl] = others;
  const isUrl = queueUrl !== undefined && /^https?:\/\/[^\s/]+\/\S+$/.test(queueUrl);
  if (!isUrl || others.length !== 1 || most === null) throw new SetupError(usage);
  return { queueUrl, isDryRun, most };
}

function wholeNumber(text = ""): number | null {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= 100_000 ? value : null;
}

/**
 * `dlq:replay QUEUE_URL`: hands what consumers of the stream could not do to them again (docs/aws.md). Ends with an error where
 * anything stays in the queue.
 */
export async function replayDeadLettersCommand(
  environment: Environment,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const { queueUrl, isDryRun, most } = parseReplayRequest(args);
  const { awsRegion, kinesisEndpoint } = parseConfig(environment, "dlq:replay");
  const queue = openDeadLetterQueue(queueUrl, awsRegion);
  const kinesis = createKinesisClient({
    region: awsRegion,
    endpoint: kinesisEndpoint,
    credentials: null,
  });
  const functions = openConsumerFunctions(awsRegion);
  try {
    const counts = await replayDeadLetters(
      { ...queue, ...functions, readRange: (range) => readShardRange(kinesis, range) },
      { isDryRun, most, tell: say },
    );
    const { replayed, failed, gone, unknown } = counts;
    const done = isDryRun ? "would be replayed" : "replayed";
    const left = `${failed} failed again, ${gone} gone from the stream, ${unknown} of another kind`;
    say(`${replayed} ${done}; ${left}`);
    if (failed + gone + unknown > 0)
      throw new SetupError("What was not replayed stays in the queue.");
  } finally {
    queue.close();
    kinesis.destroy();
    functions.close();
  }
}
