import { setTimeout as delay } from "node:timers/promises";
import { readStream } from "../books.ts";
import type { Fault } from "../fault.ts";
import { noAnswer } from "../watch.ts";

/** Whatever watches over processes starts one that has gone after so long. */
const restartAfterMs = 1_000;

/** Our own processes, killed in the middle of their work. */
export const processFaults: readonly Fault[] = [
  {
    name: "node-killed",
    what: "kill -9 of one of two ad nodes, started again after a second",
    tells: [noAnswer],
    mayLoseRequests: true,
    mayLoseEvents: true,
    async run({ town: { nodes }, lifted }) {
      await nodes[0]?.kill();
      await delay(restartAfterMs);
      lifted();
      await nodes[0]?.start();
    },
  },
  {
    name: "management-killed",
    what: "kill -9 of the management process, started again after a second",
    tells: [],
    async run({ town: { management }, lifted }) {
      await management.kill();
      await delay(restartAfterMs);
      lifted();
      await management.start();
    },
    isOver: ({ town }) =>
      town.manage("GET", "/v1/campaigns").then(
        () => true,
        () => false,
      ),
  },
  {
    name: "worker-killed",
    what: "kill -9 of the worker that reads the stream, started again after a second",
    tells: [],
    async run({ town: { worker }, lifted }) {
      await worker.kill();
      await delay(restartAfterMs);
      lifted();
      await worker.start();
    },
    // It waits for the lease of the one that died.
    async isOver({ town, load }) {
      const stream = await readStream(town.eventsFolder);
      const before = stream.size;
      await delay(200);
      return load.pages.length > 0 && (await readStream(town.eventsFolder)).size > before;
    },
  },
];
