import { execFileSync } from "node:child_process";
import type { SpooledEvent } from "../../src/serving/recordEvent.ts";
import { createEventSpool } from "../../src/stores/files/eventSpool.ts";

/**
 * `fillSpool.ts DIRECTORY BYTES EVENTS`: spools events while no file of this process may grow beyond so many bytes, the last one
 * when that is over; says of each whether it was kept.
 */
const [directory = "", bytes = "0", json = "[]"] = process.argv.slice(2);
const events: readonly SpooledEvent[] = JSON.parse(json);
const spool = createEventSpool({ directory });

// What a full disk says to the next byte. Only the soft limit, which can be lifted again.
function limitFiles(size: string): void {
  execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${size}:`]);
}

limitFiles(bytes);
const kept = events.map((event, index) => {
  if (index === events.length - 1) limitFiles("unlimited");
  return spool.spool(event);
});
process.stdout.write(kept.join(" "));
