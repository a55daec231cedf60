import { setPriority } from "node:os";
import type { ManagementMessage, ManagementOrder } from "../compose/managementProcess.ts";
import { composeServer, listen } from "../compose/server.ts";
import { SetupError } from "../setupError.ts";
import { untilAsked } from "./untilAsked.ts";

/** The process of management beside one that serves ads: takes one order, and ends when who gave it does. */

/** Ads come first where processors are few. */
const niceness = 5;
const aliveEveryMs = 5_000;
const patienceMs = 8_000;
const freePort = 0;

setPriority(niceness);
// Nobody is left to be answered; what was under way is undone, or done by the next one.
process.once("disconnect", () => process.exit(1));
process.once("message", (order: ManagementOrder) => {
  obey(order).then(
    () => process.exit(0),
    (error: unknown) => {
      const isSetup = error instanceof SetupError;
      if (!isSetup) console.error(error);
      process.send?.(isSetup ? misconfigured(error) : { kind: "alive" }, () => process.exit(1));
    },
  );
});

const misconfigured = ({ message }: SetupError): ManagementMessage => ({
  kind: "misconfigured",
  problem: message,
});

async function obey({ config, options, secret }: ManagementOrder): Promise<void> {
  const stopping = untilAsked(patienceMs);
  const server = await composeServer(
    // The one proxy in front is the process that serves ads.
    { ...config, trustedProxies: 1 },
    { ...options, role: "management", demoRouters: [], passedSecret: secret },
  );
  const port = await listen(server.http, "127.0.0.1", freePort);
  const tell = (message: ManagementMessage): void => {
    if (process.connected) process.send?.(message, () => undefined);
  };
  tell({ kind: "ready", port });
  const living = setInterval(() => tell({ kind: "alive" }), aliveEveryMs);
  await stopping(async () => {
    clearInterval(living);
    await server.stop();
  });
}
