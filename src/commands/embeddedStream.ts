import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createLog } from "../compose/log.ts";
import { startStreamWorker } from "../compose/streamWorker.ts";
import type { Config } from "../config.ts";
import { startKinesis } from "../embedded/kinesis.ts";
import { emulatorCredentials } from "../stores/dynamodb/client.ts";
import { ensureStream } from "../stores/kinesis/ensureStream.ts";

/** The stream of `npm start`, where that is to be Kinesis as in production. */
export interface EmbeddedStream {
  readonly endpoint: string;
  /** Reads what servers put, into their event files. */
  readonly startReading: (config: Config) => void;
  /** After the servers: what is still in the stream is read at the next start. */
  readonly stop: () => Promise<void>;
}

const shards = 2;

/** Starts the emulator and makes the stream. @throws SetupError */
export async function openEmbeddedStream(
  {
    dataDir: folder,
    kinesisStream,
    awsRegion,
  }: Pick<Config, "dataDir" | "kinesisStream" | "awsRegion">,
  say: (line: string) => void,
): Promise<EmbeddedStream> {
  const dataDir = resolve(folder);
  const logs = join(dataDir, "logs");
  await mkdir(logs, { recursive: true });
  const logFile = join(logs, "kinesis.log");
  const emulator = await startKinesis({ dataDir, logFile, durable: true, log: say });
  const stopping: (() => Promise<void>)[] = [emulator.stop];
  const stop = async (): Promise<void> => {
    for (const one of stopping.splice(0).reverse()) await one();
  };
  const options = { stream: kinesisStream, endpoint: emulator.url, region: awsRegion };
  try {
    await ensureStream({ ...options, credentials: emulatorCredentials }, shards);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    endpoint: emulator.url,
    startReading(config) {
      const log = createLog(config.logLevel);
      const worker = startStreamWorker({ config, credentials: emulatorCredentials, log });
      stopping.push(worker.stop);
    },
    stop,
  };
}
