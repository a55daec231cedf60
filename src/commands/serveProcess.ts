import type { ManagementState } from "../compose/besideManagement.ts";
import { besideManagement } from "../compose/besideManagement.ts";
import type {
  FromServing,
  ProcessPage,
  ServingOrder,
  ToServing,
} from "../compose/processMessages.ts";
import { type Beside, composeServer, listen, type Siblings } from "../compose/server.ts";
import { explainListenError } from "../explainListenError.ts";
import { createPassOn } from "../routes/passOn.ts";
import { SetupError } from "../setupError.ts";
import { untilAsked } from "./untilAsked.ts";

/** One of several processes that serve ads on one port: takes one order, and ends when who gave it does. */

const aliveEveryMs = 5_000;
const pagesPatienceMs = 1_000;
const graceMs = 14_000;

process.once("message", (order: ServingOrder) => {
  obey(order).then(
    () => process.exit(0),
    (error: unknown) => {
      const isSetup = error instanceof SetupError;
      if (!isSetup) console.error(error);
      const problem = isSetup ? error.message : null;
      const told: FromServing =
        problem === null ? { kind: "alive" } : { kind: "misconfigured", problem };
      process.send?.(told, () => process.exit(1));
    },
  );
});

const tell = (message: FromServing): void => {
  if (process.connected) process.send?.(message, () => undefined);
};

async function obey({ config, options, number, restarts, management }: ServingOrder) {
  const stopping = untilAsked(config.drainSeconds * 1_000 + graceMs);
  // From the first moment: a start on a busy machine may take longer than a silence is borne.
  const living = setInterval(() => tell({ kind: "alive" }), aliveEveryMs);
  const asked = new Map<number, (pages: readonly ProcessPage[]) => void>();
  const known: { management: ManagementState; page: () => Promise<string> } = {
    management: management ?? { target: null, restarts: 0 },
    page: async () => "",
  };
  process.on("message", (message: ToServing) => {
    if (message.kind === "management") known.management = message.state;
    if (message.kind === "pages") asked.get(message.asked)?.(message.pages);
    if (message.kind === "tellPage") void tellPage(message.asked, known.page);
  });
  const passOn = createPassOn({
    target: () => known.management.target,
    trustedProxies: config.trustedProxies,
  });
  const beside: Beside | undefined =
    management === null
      ? undefined
      : besideManagement(() => known.management, passOn.handler, config.metricsToken);
  const siblings: Siblings = { process: `${number}`, restarts, pages: () => askPages(asked) };
  // What its predecessor left on the disk is found under its number; the first has the name of who was alone.
  const spoolName = number === 1 ? config.spoolName : `${config.spoolName}-${number}`;
  const server = await composeServer(
    { ...config, spoolName },
    { ...options, demoRouters: [], role: "ads", siblings, ...(beside && { beside }) },
  );
  known.page = server.metricsText;
  const port = await listen(server.http, config.host, config.port).catch(async (error) => {
    await server.stop();
    throw explainListenError(error, config.host, config.port);
  });
  tell({ kind: "ready", port });
  await stopping(async () => {
    clearInterval(living);
    await server.stop().finally(passOn.close);
  });
}

async function tellPage(asked: number, page: () => Promise<string>): Promise<void> {
  tell({ kind: "page", asked, text: await page().catch(() => "") });
}

let lastAsked = 0;

/** Those of the others that answer in time. */
function askPages(
  asked: Map<number, (pages: readonly ProcessPage[]) => void>,
): Promise<readonly ProcessPage[]> {
  lastAsked += 1;
  const id = lastAsked;
  return new Promise((resolve) => {
    const patience = setTimeout(() => take([]), pagesPatienceMs);
    const take = (pages: readonly ProcessPage[]): void => {
      clearTimeout(patience);
      asked.delete(id);
      resolve(pages);
    };
    asked.set(id, take);
    tell({ kind: "askPages", asked: id });
  });
}
