import { listen } from "../compose/server.ts";
import { type Environment, parseConfig } from "../config.ts";
import { explainListenError } from "../explainListenError.ts";
import { composeByRole } from "./composeByRole.ts";
import { serveSeveral } from "./serveSeveral.ts";
import { untilStopped } from "./untilStopped.ts";

/** The production ad server: everything it needs is named in the environment, no store is started beside it. */
export async function serve(environment: Environment, say: (line: string) => void): Promise<void> {
  const config = parseConfig(environment, "serve");
  for (const warning of config.warnings) say(warning);
  if (config.servingProcesses > 1 && config.role !== "management")
    return serveSeveral(config, environment, say);
  const options = { dynamodbCredentials: null, demoRouters: [] };
  const running = await composeByRole(config, options, environment);
  try {
    const port = await listen(running.server.http, config.host, config.port).catch((error) => {
      throw explainListenError(error, config.host, config.port);
    });
    await running.untilReady();
    say(`Serving on ${config.host}:${port}`);
  } catch (error) {
    await running.stop();
    throw error;
  }
  await untilStopped(running.stop, say, config.drainSeconds * 1_000 + 15_000);
}
