import { emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { openKinesis } from "../../src/stores/kinesis/kinesisApi.ts";
import { openStream } from "./kinesisRoom.ts";
import { activityEvents } from "./streamedActivity.ts";

/**
 * Run as its own process: emits events to a Kinesis that is away, tells the parent how many are on the disk, goes on emitting and
 * waits to be killed. Arguments: endpoint, stream, folder of the spool.
 */
const [endpoint = "", stream = "", directory = ""] = process.argv.slice(2);
const api = openKinesis({
  stream,
  endpoint,
  region: "eu-west-3",
  credentials: emulatorCredentials,
});
const node = openStream(api, directory);
let from = 0;
for (;;) {
  for (const event of activityEvents(100, { from })) node.emit(event);
  await node.flush();
  from += 100;
  process.send?.(node.kinesisCounts().spooled);
}
