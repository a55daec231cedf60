import { type ChildProcess, fork } from "node:child_process";
import { Agent, request as sendRequest } from "node:http";
import { join } from "node:path";
import { freePort } from "../../src/embedded/freePort.ts";
import type { FromNode, JobName, NodeState, ToNode } from "./messages.ts";

/** An ad server in a process of its own. */
export interface SimulatedNode {
  readonly index: number;
  readonly isUp: () => boolean;
  readonly setTime: (nowMs: number, tickMs: number) => void;
  /** Runs jobs one after the other; null when the process has gone. */
  readonly step: (jobs: readonly JobName[]) => Promise<Stepped | null>;
  readonly ask: (ask: Ask) => Promise<Answer>;
  /** SIGKILL; resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Starts it on the same port, with what the killed one left on its disk. */
  readonly start: (nowMs: number) => Promise<void>;
}

export interface Stepped {
  readonly error: string | null;
  readonly state: NodeState;
}

export interface Ask {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  /** 0 = no answer. */
  readonly status: number;
  readonly body: string;
}

const mostAttempts = 5;

type Environment = Readonly<Record<string, string>>;

/** Starts one and resolves when it listens. */
export async function startNode(
  index: number,
  environment: Environment,
  nowMs: number,
): Promise<SimulatedNode> {
  let port = await freePort();
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const calls = new Map<number, (stepped: Stepped | null) => void>();
  let child: ChildProcess | null = null;
  let callNumber = 0;

  const launch = async (startMs: number): Promise<void> => {
    const started = fork(join(import.meta.dirname, "node.ts"), [], {
      env: { ...environment, PORT: String(port), SIMULATED_NOW_MS: String(startMs) },
    });
    await new Promise<void>((resolve, reject) => {
      started.on("message", (message: FromNode) => {
        if (message.kind === "ready") return resolve();
        calls.get(message.call)?.({ error: message.error, state: message.state });
        calls.delete(message.call);
      });
      started.once("exit", (code) => {
        if (child === started) child = null;
        for (const answer of calls.values()) answer(null);
        calls.clear();
        reject(new Error(`ad server ${index} ended with ${code}`));
      });
    });
    child = started;
  };
  // Somebody else's connection may have the port: a new server takes another one, a restarted one tries its own again.
  const start = async (startMs: number, mayMove = false): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await launch(startMs);
      } catch (error) {
        if (attempt >= mostAttempts) throw error;
        if (mayMove) port = await freePort();
      }
    }
  };
  const tell = (message: ToNode) => void child?.send(message, () => undefined);
  await start(nowMs, true);
  return {
    index,
    start: (startMs) => start(startMs),
    isUp: () => child !== null,
    setTime: (at, tickMs) => tell({ kind: "time", nowMs: at, tickMs }),
    step: (jobs) =>
      new Promise((resolve) => {
        if (child === null) return resolve(null);
        calls.set(++callNumber, resolve);
        tell({ kind: "step", call: callNumber, jobs });
      }),
    ask: (ask) => send(port, agent, ask),
    async kill() {
      const victim = child;
      if (victim === null) return;
      const gone = new Promise((resolve) => victim.once("exit", resolve));
      victim.kill("SIGKILL");
      await gone;
    },
  };
}

/** Over a kept connection. Never rejects. */
function send(port: number, agent: Agent, ask: Ask): Promise<Answer> {
  return new Promise((resolve) => {
    const noAnswer = () => resolve({ status: 0, body: "" });
    const { method, path, headers } = ask;
    const sent = sendRequest({ host: "127.0.0.1", port, agent, method, path, headers }, (got) => {
      let body = "";
      got.setEncoding("utf8");
      got.on("data", (text: string) => {
        body += text;
      });
      got.on("error", noAnswer);
      got.on("aborted", noAnswer);
      got.on("end", () => resolve({ status: got.statusCode ?? 0, body }));
    });
    sent.on("error", noAnswer);
    sent.end(ask.body);
  });
}
