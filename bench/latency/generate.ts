import { readFileSync } from "node:fs";
import { createRandom } from "../../src/demo/random.ts";
import { userAgent } from "../support/wrk.ts";
import type { GeneratorMessage, LoadOrder } from "./generator.ts";
import { type LoopFigures, requestsOf, runOpenLoop } from "./openLoop.ts";

/** The process that sends: obeys one order after the other, and ends with who gave them. */
const tell = (message: GeneratorMessage): void => {
  process.send?.(message);
};
const known = new Map<string, readonly Buffer[]>();
let stopping = new AbortController();

process.once("disconnect", () => process.exit(0));
// A terminal asks all of its processes; who ordered the load ends it in order.
process.on("SIGINT", () => undefined);
process.on("message", (message: LoadOrder | "stop") => {
  if (message === "stop") stopping.abort();
  else void obey(message);
});

async function obey({ bodiesFile, path, seed, ...order }: LoadOrder): Promise<void> {
  stopping = new AbortController();
  const key = `${path} ${bodiesFile}`;
  const requests =
    known.get(key) ?? requestsOf(path, readFileSync(bodiesFile, "utf8").split("\n"), userAgent);
  known.set(key, requests);
  const { next: random } = createRandom(seed);
  const { signal } = stopping;
  const onPart = (part: LoopFigures): void => tell({ kind: "part", figures: part });
  const figures = await runOpenLoop({ ...order, requests, random, signal, onPart });
  tell({ kind: "done", figures });
}
