import { fork } from "node:child_process";
import { PublicError } from "../errors.ts";
import { createTurns } from "../turns.ts";
import type { Rendered, Unrenderable } from "./renderPicture.ts";
import type { UploadFormat } from "./sniffPicture.ts";

/** What the process is told. */
export interface RenderOrder {
  readonly upload: Uint8Array;
  readonly format: UploadFormat;
}

/** Makes all that is shown of an upload. Throws PublicError `unavailable` when too many wait already. */
export type Render = (order: RenderOrder) => Promise<Rendered | Unrenderable>;

export interface RenderPoolOptions {
  /** Uploads that are decoded at once; default 1: the machine's cores are for ads. */
  readonly concurrency?: number;
  /** Uploads that may wait for their turn; default 8. Each is in memory. */
  readonly maxWaiting?: number;
  /** A process that takes longer is killed; default 30 s. */
  readonly timeoutMs?: number;
  /** The program of the process, for tests of ones that hang or die. */
  readonly program?: URL;
}

export interface RenderPool {
  readonly render: Render;
  readonly waiting: () => number;
}

/** The same file from the sources and from a compiled tree. */
const processFile = new URL(
  import.meta.url.endsWith(".ts") ? "./renderProcess.ts" : "./renderProcess.js",
  import.meta.url,
);

/**
 * Decodes uploads outside of this process, each in one of its own that knows no setting and no secret: a file that breaks a
 * decoder, fills the memory or never ends takes with it nothing but itself.
 */
export function createRenderPool(options: RenderPoolOptions = {}): RenderPool {
  const { concurrency = 1, maxWaiting = 8, timeoutMs = 30_000, program = processFile } = options;
  const { run, waiting } = createTurns({
    atOnce: concurrency,
    mostWaiting: maxWaiting,
    refuse: () =>
      new PublicError("unavailable", "Too many pictures are being made; try again soon."),
  });
  return { waiting, render: (order) => run(() => renderInProcess(order, program, timeoutMs)) };
}

function renderInProcess(
  order: RenderOrder,
  program: URL,
  timeoutMs: number,
): Promise<Rendered | Unrenderable> {
  return new Promise((resolve, reject) => {
    const child = fork(program, {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      execArgv: [],
      // Fewer arenas: freed pictures go back to the system, and the process's own limit is not met by mistake.
      env: { MALLOC_ARENA_MAX: "2" },
    });
    const deadline = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.once("message", (rendered: Rendered | Unrenderable) => resolve(rendered));
    child.once("error", reject);
    child.once("exit", () => {
      clearTimeout(deadline);
      resolve({ ok: false, rule: "must be a picture that can be decoded within the limits" });
    });
    child.send(order, (error) => {
      if (error !== null) child.kill("SIGKILL");
    });
  });
}
