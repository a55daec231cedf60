import { compactLake } from "../../src/stores/lake/compactLake.ts";
import { lakeOptions, publishedSchemas } from "./lake.ts";

/**
 * Run as its own process: one pass over the lake in a folder, killed (SIGKILL) at its n-th step, or done before that.
 * Arguments: the folder, the number of the step, the time in ms.
 */
const [folder = "", step = "", nowMs = ""] = process.argv.slice(2);
let left = Number(step);
await compactLake({
  ...lakeOptions(folder, await publishedSchemas("ad_event.v1")),
  nowMs: Number(nowMs),
  onStep() {
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  },
});
