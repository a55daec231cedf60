import { type ManagementProcess, startManagementProcess } from "../compose/managementProcess.ts";
import { type AtelierServer, composeServer, type ServerOptions } from "../compose/server.ts";
import type { Config, Environment } from "../config.ts";

/** A server as its role has it, with the process beside it where that has two. */
export interface RunningServer {
  readonly server: AtelierServer;
  /** Resolves when all of it answers, or will soon; rejects with a SetupError when it cannot. Ads are answered before. */
  readonly untilReady: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const patienceMs = 15_000;

/** Composes what the settings' role says. For `all`, management begins in a process of its own meanwhile. */
export async function composeByRole(
  config: Config,
  options: ServerOptions,
  environment: Environment,
): Promise<RunningServer> {
  if (config.role !== "all") {
    const server = await composeServer(config, { ...options, role: config.role });
    return { server, stop: server.stop, untilReady: async () => undefined };
  }
  const { dynamodbCredentials, pictures = "https", demoPeople = [] } = options;
  const shared = { dynamodbCredentials, pictures, demoPeople };
  const management = startManagementProcess(config, shared, environment);
  try {
    const server = await composeServer(config, {
      ...options,
      role: "ads",
      beside: management.beside,
    });
    return {
      server,
      untilReady: () => management.untilReady(patienceMs),
      stop: () => stopBoth(server, management),
    };
  } catch (error) {
    await management.stop();
    throw error;
  }
}

/** First what answers everybody, with what it still passes on. */
async function stopBoth(server: AtelierServer, management: ManagementProcess): Promise<void> {
  await server.stop().finally(management.stop);
}
