import { startAwsEmulator } from "./awsEmulator.ts";
import type { EmbeddedServer, ServerOptions } from "./server.ts";

/**
 * Starts the Kinesis emulator; durable: its streams are kept in `<dataDir>/kinesis`.
 * @throws SetupError
 */
export function startKinesis(options: ServerOptions): Promise<EmbeddedServer> {
  return startAwsEmulator({ service: "Kinesis", program: "kinesisServer" }, options);
}
