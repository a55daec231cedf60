import { fork } from "node:child_process";

/** What a process says of its order, once: that it failed, or something else. */
export type ChildMessage =
  | { readonly kind: string }
  | { readonly kind: "failed"; readonly problem: string };

export interface ChildOrder<Order> {
  /** Of this very tree: see {@link childProgram}. */
  readonly program: URL;
  readonly heapMegabytes: number;
  /** What ends where it ends without a word: "the pass over the lake". */
  readonly name: string;
  /** Everything in it is JSON: it crosses to another process. */
  readonly order: Order;
  /** Kills it, which has to harm nothing. */
  readonly signal?: AbortSignal | undefined;
}

/** A program beside a module, from the sources as from a compiled tree: `childProgram(import.meta.url, "./lakePassChild")`. */
export function childProgram(moduleUrl: string, path: string): URL {
  return new URL(`${path}${moduleUrl.endsWith(".ts") ? ".ts" : ".js"}`, moduleUrl);
}

/**
 * Gives one order to a process of its own, with a bounded heap, which gives everything back when it ends: whatever happens there,
 * this process goes on serving. Resolves to what it says, and rejects when that is a failure, or nothing.
 */
export function orderChild<Order extends object, Message extends ChildMessage>({
  program,
  heapMegabytes,
  name,
  order,
  signal,
}: ChildOrder<Order>): Promise<Exclude<Message, { readonly kind: "failed" }>> {
  return new Promise((resolve, reject) => {
    const child = fork(program, {
      execArgv: [`--max-old-space-size=${heapMegabytes}`],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const kill = (): void => void child.kill("SIGKILL");
    signal?.addEventListener("abort", kill);
    child.once("message", (message: Message) => {
      if ("problem" in message) reject(new Error(message.problem));
      else resolve(message as Exclude<Message, { readonly kind: "failed" }>);
    });
    child.once("error", reject);
    child.once("exit", (code, killedBy) => {
      signal?.removeEventListener("abort", kill);
      // Nothing, if it has said its word.
      reject(new Error(`${name} ended with ${killedBy ?? code}`));
    });
    if (signal?.aborted === true) kill();
    else child.send(order);
  });
}
