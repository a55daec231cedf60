import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Config, Environment } from "../config.ts";
import { createPassOn, type PassTarget } from "../routes/passOn.ts";
import { SetupError } from "../setupError.ts";
import { besideManagement, type ManagementState } from "./besideManagement.ts";
import { createLog, type Log } from "./log.ts";
import type { Beside, ServerOptions } from "./server.ts";

/** What the process is told, once. All of it is JSON; its secrets stand in no environment and on no command line. */
export interface ManagementOrder {
  readonly config: Config;
  readonly options: ManagementOptions;
  /** What it lets requests in by. */
  readonly secret: string;
}

/** What the process composes by, besides the settings. */
export type ManagementOptions = Required<
  Pick<ServerOptions, "dynamodbCredentials" | "pictures" | "demoPeople">
>;

export type ManagementMessage =
  | { readonly kind: "ready"; readonly port: number }
  /** It cannot start with these settings, however often it tries. */
  | { readonly kind: "misconfigured"; readonly problem: string }
  | { readonly kind: "alive" };

export interface ManagementProcess {
  readonly beside: Beside;
  readonly state: () => ManagementState;
  /** Resolves when it answers, or after `patienceMs`; rejects with a SetupError when it can never start. */
  readonly untilReady: (patienceMs: number) => Promise<void>;
  /** Lets it finish what it does, then ends it. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

/** The same file from the sources and from a compiled tree. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "../commands/manage.ts" : "../commands/manage.js",
  import.meta.url,
);
const firstPauseMs = 250;
const longestPauseMs = 30_000;
/** Who has run so long begins with short pauses again. */
const soundMs = 60_000;
const graceMs = 10_000;
const lookMs = 10_000;
/** It tells that it lives every few seconds: a process that has not in a minute never will. */
const mostMissedLooks = 6;
/** Until it is ready it has more to do, and a machine that starts several processes has too. */
const mostMissedAtStart = 30;
/** Names are looked up, files read and passwords hashed in these threads: who waits for one holds up fewer others. */
const threads = "16";

interface Life {
  child: ChildProcess | null;
  target: PassTarget | null;
  restarts: number;
  pauseMs: number;
  missedLooks: number;
  isStopping: boolean;
  pause: NodeJS.Timeout | null;
}

/**
 * Runs management in a process of its own beside this one, which passes requests on to it: whatever it computes, ads do not
 * wait for it. It is started again when it ends, after longer and longer pauses, and ends when this process does.
 * `onChange` is told where it listens from now on, for other processes that pass requests on to it.
 */
export function startManagementProcess(
  config: Config,
  options: ManagementOptions,
  environment: Environment,
  onChange: (state: ManagementState) => void = () => undefined,
): ManagementProcess {
  const log = createLog(config.logLevel);
  const life = newLife();
  const started = Promise.withResolvers<void>();
  // Who does not wait for it must not fall over it.
  started.promise.catch(() => undefined);
  const start = (): void => {
    const secret = randomBytes(32).toString("base64url");
    const beganMs = performance.now();
    const end = (endedWith: Ending): void => {
      Object.assign(life, { child: null, target: null });
      onChange(stateOf(life));
      if (!life.isStopping) startLater(life, start, log, beganMs, endedWith);
    };
    const child = forkIt({ config, options, secret }, environment);
    if (child === null) {
      end("it could not be started");
      return;
    }
    Object.assign(life, { child, missedLooks: 0 });
    child.on("message", (message: ManagementMessage) => {
      hear(message, life, secret, started);
      if (message.kind === "ready") onChange(stateOf(life));
    });
    whenEnded(child, end);
  };
  start();
  const looking = setInterval(() => lookAt(life), lookMs);
  looking.unref();
  const passOn = createPassOn({
    target: () => life.target,
    trustedProxies: config.trustedProxies,
  });
  return {
    beside: besideManagement(() => life, passOn.handler, config.metricsToken),
    state: () => stateOf(life),
    untilReady: (patienceMs) => withPatience(started.promise, patienceMs),
    async stop() {
      clearInterval(looking);
      passOn.close();
      await stopIt(life);
    },
  };
}

const newLife = (): Life => ({
  child: null,
  target: null,
  restarts: 0,
  pauseMs: firstPauseMs,
  missedLooks: 0,
  isStopping: false,
  pause: null,
});

function hear(
  message: ManagementMessage,
  life: Life,
  secret: string,
  started: PromiseWithResolvers<void>,
): void {
  life.missedLooks = 0;
  if (message.kind === "misconfigured") started.reject(new SetupError(message.problem));
  if (message.kind !== "ready") return;
  life.target = { port: message.port, secret };
  started.resolve();
}

function whenEnded(child: ChildProcess, end: (how: Ending) => void): void {
  child.once("exit", (code, signal) => end(signal ?? code));
  // A machine that has no room for it tells so instead of an exit.
  child.once("error", () => {
    if (child.pid === undefined) end("it could not be started");
  });
}

const stateOf = ({ target, restarts }: Life): ManagementState => ({ target, restarts });

type Ending = number | NodeJS.Signals | "it could not be started" | null;

/** Null = the machine has no room for it. */
function forkIt(order: ManagementOrder, environment: Environment): ChildProcess | null {
  try {
    return forkWith(order, environment);
  } catch {
    return null;
  }
}

function forkWith(order: ManagementOrder, environment: Environment): ChildProcess {
  const child = fork(program, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // Not our own: those of tests are of no use to it, and what makes ads faster costs memory.
    execArgv: [],
    // Its own process group: Ctrl-C in a terminal reaches us alone, and we end it in order.
    detached: true,
    env: { UV_THREADPOOL_SIZE: threads, ...environment },
  });
  // Heard by who starts it, too; and later ones concern nobody.
  child.on("error", () => undefined);
  child.send(order, () => undefined);
  return child;
}

function startLater(
  life: Life,
  start: () => void,
  log: Log,
  beganMs: number,
  endedWith: Ending,
): void {
  if (performance.now() - beganMs >= soundMs) life.pauseMs = firstPauseMs;
  const pauseMs = life.pauseMs;
  life.pauseMs = Math.min(longestPauseMs, 2 * pauseMs);
  life.restarts += 1;
  log.error({ endedWith, pauseMs }, "management ended and is started again; ads go on");
  life.pause = setTimeout(start, pauseMs);
}

/** One that is stuck is killed, and started again. */
function lookAt(life: Life): void {
  life.missedLooks += 1;
  const most = life.target === null ? mostMissedAtStart : mostMissedLooks;
  if (life.missedLooks >= most) life.child?.kill("SIGKILL");
}

async function stopIt(life: Life): Promise<void> {
  life.isStopping = true;
  if (life.pause !== null) clearTimeout(life.pause);
  const { child } = life;
  if (child === null) return;
  const impatience = setTimeout(() => child.kill("SIGKILL"), graceMs);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  await ended;
  clearTimeout(impatience);
}

async function withPatience(work: Promise<void>, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
