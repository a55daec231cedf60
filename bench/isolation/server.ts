import { composeByRole } from "../../src/commands/composeByRole.ts";
import { composeServer, listen } from "../../src/compose/server.ts";
import { parseConfig } from "../../src/config.ts";
import { emulatorCredentials } from "../../src/stores/dynamodb/client.ts";

/** One ad server of the bench, in one process or as it is served. Ends with who started it. */
const config = parseConfig(process.env, "serve");
const options = { dynamodbCredentials: emulatorCredentials, demoRouters: [] };
const isOne = process.argv[2] === "one";
const running = isOne
  ? { server: await composeServer(config, options), untilReady: async () => undefined }
  : await composeByRole(config, options, process.env);
const port = await listen(running.server.http, "127.0.0.1", 0);
await running.untilReady();
process.on("disconnect", () => process.exit(0));
process.send?.({ port });
