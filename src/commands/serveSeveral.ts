import { type ManagementProcess, startManagementProcess } from "../compose/managementProcess.ts";
import { createServingProcesses } from "../compose/servingProcesses.ts";
import type { Config, Environment } from "../config.ts";
import { checkPortIsFree } from "./checkPort.ts";
import { untilStopped } from "./untilStopped.ts";

const managementPatienceMs = 15_000;
const graceMs = 20_000;

/** The same as `serve`, with several processes for ads; this one only listens for them, and starts again what ends. */
export async function serveSeveral(
  config: Config,
  environment: Environment,
  say: (line: string) => void,
): Promise<void> {
  // Each of them would find it out by itself, once it has loaded everything.
  await checkPortIsFree(config.host, config.port);
  const shared = { dynamodbCredentials: null, pictures: "https", demoPeople: [] } as const;
  let tellManagement: (state: ReturnType<ManagementProcess["state"]>) => void = () => undefined;
  const management =
    config.role === "all"
      ? startManagementProcess(config, shared, environment, (state) => tellManagement(state))
      : null;
  const serving = createServingProcesses(
    config,
    { dynamodbCredentials: null },
    management?.state() ?? null,
  );
  tellManagement = serving.tellManagement;
  // First what answers everybody, with what it still passes on.
  const stop = (): Promise<void> => serving.stop().finally(() => management?.stop());
  try {
    const port = await serving.start();
    await management?.untilReady(managementPatienceMs);
    say(`Serving on ${config.host}:${port} with ${config.servingProcesses} processes`);
  } catch (error) {
    await stop();
    throw error;
  }
  await untilStopped(stop, say, config.drainSeconds * 1_000 + graceMs);
}
