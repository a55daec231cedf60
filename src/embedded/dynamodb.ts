import { startAwsEmulator } from "./awsEmulator.ts";
import type { EmbeddedServer, ServerOptions } from "./server.ts";

/**
 * Starts the DynamoDB emulator; durable: its tables are kept in `<dataDir>/dynamodb`.
 * @throws SetupError
 */
export function startDynamoDb(options: ServerOptions): Promise<EmbeddedServer> {
  return startAwsEmulator({ service: "DynamoDB", program: "dynaliteServer" }, options);
}
