import { createLog } from "../compose/log.ts";
import { startStreamWorker } from "../compose/streamWorker.ts";
import { type Environment, parseConfig } from "../config.ts";
import { SetupError } from "../setupError.ts";
import { untilStopped } from "./untilStopped.ts";

const tellEveryMs = 60_000;

/**
 * Reads the stream of events into event files, for installations without Lambda. Several may run: one reads, the others wait
 * for it to go. It goes on from where the last one was.
 */
export async function worker(environment: Environment, say: (line: string) => void): Promise<void> {
  const config = parseConfig(environment, "worker");
  for (const warning of config.warnings) say(warning);
  if (config.eventStream !== "kinesis")
    throw new SetupError(
      "The worker reads Kinesis: set EVENT_STREAM=kinesis. Embedded streams need none.",
    );
  const log = createLog(config.logLevel);
  const running = startStreamWorker({ config, credentials: null, log });
  const telling = setInterval(() => log.info(running.counts(), "events read"), tellEveryMs);
  say(`Reading ${config.kinesisStream}`);
  await untilStopped(async () => {
    clearInterval(telling);
    await running.stop();
    log.info(running.counts(), "events read");
  }, say);
}
