import { fork } from "node:child_process";
import { PublicError } from "../errors.ts";
import type { BannerWords } from "./drawBanners.ts";
import type { RenderedPicture } from "./renderPicture.ts";

/** What the process is told. */
export interface DrawOrder {
  /** One of our own JPEGs, never an upload. */
  readonly photo: Uint8Array;
  readonly words: BannerWords;
}

/** Draws banners of a photo and words. Throws PublicError `unavailable` when too many wait, or it takes too long. */
export type DrawBanners = (order: DrawOrder) => Promise<readonly RenderedPicture[]>;

/** The same file from the sources and from a compiled tree. */
const processFile = new URL(
  import.meta.url.endsWith(".ts") ? "./drawProcess.ts" : "./drawProcess.js",
  import.meta.url,
);
const timeoutMs = 20_000;
const maxWaiting = 8;

/** Draws in processes of their own, one at a time: seconds of a core that are not the serving loop's. */
export function createDrawBanners(): DrawBanners {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return (order) => {
    if (waiting >= maxWaiting) return Promise.reject(unavailable());
    waiting += 1;
    const drawn = last.then(() => drawInProcess(order)).finally(() => (waiting -= 1));
    last = drawn.catch(() => undefined);
    return drawn;
  };
}

function drawInProcess(order: DrawOrder): Promise<readonly RenderedPicture[]> {
  return new Promise((resolve, reject) => {
    const child = fork(processFile, {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      execArgv: [],
      env: { MALLOC_ARENA_MAX: "2" },
    });
    const deadline = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.once("message", (drawn: readonly RenderedPicture[]) => resolve(drawn));
    child.once("error", reject);
    child.once("exit", () => {
      clearTimeout(deadline);
      reject(unavailable());
    });
    child.send(order, (error) => {
      if (error !== null) child.kill("SIGKILL");
    });
  });
}

const unavailable = () =>
  new PublicError("unavailable", "Banners could not be drawn now; try again soon.");
