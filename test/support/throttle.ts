import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A service of AWS that may find itself asked too much. */
export interface Throttle {
  readonly url: string;
  /** From now on it refuses this share (0 to 1) of the requests, as AWS does beyond what was provisioned. */
  readonly refuse: (share: number) => void;
  readonly refused: () => number;
  readonly close: () => void;
}

const fault = "ProvisionedThroughputExceededException";

/** Stands before an emulator, and passes on what it does not refuse. */
export async function startThrottle(targetUrl: string, random: () => number): Promise<Throttle> {
  let share = 0;
  let refused = 0;
  const server = createServer((incoming, outgoing) => {
    if (random() >= share) {
      passOn(targetUrl, incoming, outgoing);
      return;
    }
    refused += 1;
    incoming.resume();
    outgoing.writeHead(400, {
      "content-type": "application/x-amz-json-1.1",
      "x-amzn-errortype": fault,
    });
    outgoing.end(JSON.stringify({ __type: fault, message: "Rate exceeded" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refuse(asked) {
      share = asked;
    },
    refused: () => refused,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function passOn(targetUrl: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers } = incoming;
  const sent = request(new URL(incoming.url ?? "/", targetUrl), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  sent.on("error", () => outgoing.destroy());
  incoming.pipe(sent);
}
