import cluster, { type Worker } from "node:cluster";
import type { Config } from "../config.ts";
import { SetupError } from "../setupError.ts";
import type { ManagementState } from "./besideManagement.ts";
import { createLog, type Log } from "./log.ts";
import { createPageExchange, type PageExchange } from "./pageExchange.ts";
import type { FromServing, ServingOptions, ToServing } from "./processMessages.ts";

/** Several processes that serve ads on one port of this machine. */
export interface ServingProcesses {
  /** Starts them and resolves to the port when all answer; rejects with a SetupError when they never can. */
  readonly start: () => Promise<number>;
  /** Tells them where requests that are not theirs are passed on to. */
  readonly tellManagement: (state: ManagementState) => void;
  /** Lets all drain and end what they do, at once. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

/** The same file from the sources and from a compiled tree. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "../commands/serveProcess.ts" : "../commands/serveProcess.js",
  import.meta.url,
).pathname;
const firstPauseMs = 250;
const longestPauseMs = 30_000;
/** Who has run so long begins with short pauses again. */
const soundMs = 60_000;
const graceMs = 15_000;
const lookMs = 10_000;
/** Each tells that it lives every few seconds: one that has not in a minute never will. */
const mostMissedLooks = 6;
/** Before it is ready it may have to load a million campaigns, on a busy machine. */
const mostMissedAtStart = 60;

/** One of them, with those that it replaced. */
interface Life {
  readonly number: number;
  worker: Worker | null;
  isReady: boolean;
  restarts: number;
  pauseMs: number;
  missedLooks: number;
  pause: NodeJS.Timeout | null;
}

interface Group {
  readonly config: Config;
  readonly options: ServingOptions;
  readonly lives: readonly Life[];
  readonly log: Log;
  readonly pages: PageExchange;
  management: ManagementState | null;
  isStopping: boolean;
}

/**
 * Runs `config.servingProcesses` processes of one role on one port. This process listens and hands each new connection to the next
 * of them, so that one that ends takes its own connections with it and nobody else's, and new ones go to the others at once; it
 * serves nothing itself. One that ends is started again, after longer and longer pauses. All of them end when this process does.
 */
export function createServingProcesses(
  config: Config,
  options: ServingOptions,
  management: ManagementState | null,
): ServingProcesses {
  const lives = Array.from({ length: config.servingProcesses }, (_, index) => newLife(index + 1));
  const tell = (number: number, message: ToServing): void => {
    const worker = lives[number - 1]?.worker;
    if (worker?.isConnected() === true) worker.send(message, () => undefined);
  };
  const pages = createPageExchange(tell, () =>
    lives.filter(({ worker }) => worker !== null).map(({ number }) => number),
  );
  const log = createLog(config.logLevel);
  const group: Group = { config, options, lives, log, pages, management, isStopping: false };
  const looking = setInterval(() => lives.forEach(lookAt), lookMs);
  looking.unref();
  return {
    async start() {
      // Ours are those of tests and of the runner that started us; what makes ads faster is wanted by each.
      const execArgv = process.execArgv.filter((flag) => !flag.startsWith("--import="));
      cluster.setupPrimary({ exec: program, args: [], execArgv });
      const [port = config.port] = await Promise.all(lives.map((life) => startOne(group, life)));
      return port;
    },
    tellManagement(state) {
      group.management = state;
      for (const { number } of lives) tell(number, { kind: "management", state });
    },
    async stop() {
      group.isStopping = true;
      clearInterval(looking);
      await Promise.all(lives.map((life) => stopOne(life, config.drainSeconds * 1_000)));
    },
  };
}

const newLife = (number: number): Life => ({
  number,
  worker: null,
  isReady: false,
  restarts: 0,
  pauseMs: firstPauseMs,
  missedLooks: 0,
  pause: null,
});

/** Resolves to its port when it answers; rejects when it ends before that, and is not started again then. */
function startOne(group: Group, life: Life): Promise<number> {
  const { config, options, management } = group;
  const { number, restarts } = life;
  return new Promise((resolve, reject) => {
    const beganMs = performance.now();
    const worker = cluster.fork();
    Object.assign(life, { worker, missedLooks: 0, isReady: false });
    worker.on("message", (message: FromServing) => {
      life.missedLooks = 0;
      if (message.kind === "misconfigured") reject(new SetupError(message.problem));
      if (message.kind === "askPages") group.pages.ask(number, message.asked);
      if (message.kind === "page") group.pages.take(number, message.asked, message.text);
      if (message.kind !== "ready") return;
      life.isReady = true;
      resolve(message.port);
    });
    // Heard here so that it does not end us: an exit follows, or the one that never began.
    worker.on("error", () => undefined);
    worker.once("exit", (code, signal) => {
      life.worker = null;
      if (life.isReady && !group.isStopping) startLater(group, life, beganMs, signal ?? code);
      else reject(new Error(`serving process ${number} ended with ${signal ?? code}`));
    });
    const order: ToServing = { kind: "order", config, options, number, restarts, management };
    worker.send(order, () => undefined);
  });
}

function startLater(group: Group, life: Life, beganMs: number, endedWith: string | number): void {
  if (performance.now() - beganMs >= soundMs) life.pauseMs = firstPauseMs;
  const { pauseMs, number } = life;
  life.pauseMs = Math.min(longestPauseMs, 2 * pauseMs);
  life.restarts += 1;
  group.log.error(
    { process: number, endedWith, pauseMs },
    "a serving process ended and is started again; the others go on",
  );
  life.pause = setTimeout(() => {
    const againMs = performance.now();
    startOne(group, life).catch((error: unknown) => {
      if (!group.isStopping) startLater(group, life, againMs, String(error));
    });
  }, pauseMs);
}

/** One that is stuck is killed, and started again: the others would leave its callers waiting. */
function lookAt(life: Life): void {
  life.missedLooks += 1;
  const most = life.isReady ? mostMissedLooks : mostMissedAtStart;
  if (life.missedLooks >= most) life.worker?.process.kill("SIGKILL");
}

async function stopOne({ worker, pause }: Life, drainMs: number): Promise<void> {
  if (pause !== null) clearTimeout(pause);
  if (worker === null) return;
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const impatience = setTimeout(() => worker.process.kill("SIGKILL"), drainMs + graceMs);
  worker.process.kill("SIGTERM");
  await ended;
  clearTimeout(impatience);
}
