import { afterAll, beforeAll } from "vitest";
import { hasBrowser, startConsole, type TestConsole } from "./console.ts";

const startMs = 120_000;

/** The console that all tests of a file use: started before the first of them, closed after the last. */
export function consoleOfFile(): () => TestConsole {
  let world: TestConsole | undefined;
  beforeAll(async () => {
    if (hasBrowser) world = await startConsole();
  }, startMs);
  afterAll(() => world?.close());
  return () => {
    if (world === undefined) throw new Error("the console has not been started");
    return world;
  };
}
