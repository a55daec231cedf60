import { fork } from "node:child_process";
import type { DemoPlace } from "../demoTypes.ts";
import type { TrafficOrder, TrafficTown } from "./trafficOrder.ts";

const heapMegabytes = 64;
const program = new URL("./trafficChild.ts", import.meta.url);

export interface Traffic {
  readonly stop: () => Promise<void>;
}

/**
 * Starts the public of a demo in a process of its own, so that drawing visits takes nothing from serving. It ends with this
 * process, however that ends: the channel between the two closes.
 */
export function startTraffic(order: TrafficOrder): Traffic {
  const child = fork(program, {
    execArgv: [`--max-old-space-size=${heapMegabytes}`],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  child.send(order);
  return {
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** The communes that visits come from: those with a postal code. */
export function townsOfTraffic(places: readonly DemoPlace[]): readonly TrafficTown[] {
  return places.flatMap(({ inseeCode, postalCodes, lat, lon, population }) => {
    const [postalCode] = postalCodes;
    return postalCode === undefined ? [] : [{ inseeCode, postalCode, lat, lon, population }];
  });
}
