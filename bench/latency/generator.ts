import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { LoopFigures, OpenLoop } from "./openLoop.ts";

/** What the process that sends is told, as JSON. */
export interface LoadOrder
  extends Pick<
    OpenLoop,
    "ports" | "perSecond" | "forMs" | "connections" | "arrivals" | "everyMs" | "seenEvery"
  > {
  readonly path: string;
  /** Bodies of requests, one a line. */
  readonly bodiesFile: string;
  readonly seed: number;
}

export type GeneratorMessage =
  | { readonly kind: "part"; readonly figures: LoopFigures }
  | { readonly kind: "done"; readonly figures: LoopFigures };

export interface Generator {
  /** One at a time. */
  readonly run: (order: LoadOrder, onPart?: (figures: LoopFigures) => void) => Promise<LoopFigures>;
  /** Ends the load that runs; its figures come as ever. */
  readonly halt: () => void;
  readonly close: () => void;
}

const program = join(import.meta.dirname, "generate.ts");

/** Starts the process that sends, on the second core, where no server under test is. */
export function startGenerator(core = 1): Generator {
  const child: ChildProcess = spawn("taskset", ["-c", `${core}`, process.execPath, program], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  return {
    run: (order, onPart) =>
      new Promise((resolve, reject) => {
        const hear = (message: GeneratorMessage): void => {
          if (message.kind === "part") onPart?.(message.figures);
          else end(() => resolve(message.figures));
        };
        const gone = (): void => end(() => reject(new Error("the generator of load has ended")));
        const end = (tell: () => void): void => {
          child.off("message", hear);
          child.off("exit", gone);
          tell();
        };
        child.on("message", hear);
        child.once("exit", gone);
        child.send(order);
      }),
    halt: () => void (child.connected && child.send("stop")),
    close: () => void child.kill("SIGKILL"),
  };
}
