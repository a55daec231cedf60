import { composeServer, listen } from "../compose/server.ts";
import { type Environment, parseConfig } from "../config.ts";
import { explainListenError } from "../explainListenError.ts";
import { untilStopped } from "./untilStopped.ts";

/** The production ad server: everything it needs is named in the environment, nothing is started beside it. */
export async function serve(environment: Environment, say: (line: string) => void): Promise<void> {
  const config = parseConfig(environment, "serve");
  for (const warning of config.warnings) say(warning);
  const server = await composeServer(config, { dynamodbCredentials: null, demoRouters: [] });
  try {
    const port = await listen(server.http, config.host, config.port);
    say(`Serving on ${config.host}:${port}`);
  } catch (error) {
    await server.stop();
    throw explainListenError(error as NodeJS.ErrnoException, config.host, config.port);
  }
  await untilStopped(server.stop, say);
}
