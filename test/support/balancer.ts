import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands before several nodes: it asks each for `/readyz`, and gives requests to those that are ready, in turn. */
export interface Balancer {
  readonly url: string;
  /** How many nodes it takes for ready now. */
  readonly readyCount: () => number;
  readonly close: () => void;
}

const lookEveryMs = 100;

/**
 * Starts one, as simple as they come: kept connections to each node, no second try, so that whatever a node does not answer is a
 * failure (502) that its caller sees.
 */
export async function startBalancer(urls: readonly string[]): Promise<Balancer> {
  const nodes = urls.map((url) => ({ url, isReady: false, agent: new Agent({ keepAlive: true }) }));
  const look = async (node: (typeof nodes)[number]): Promise<void> => {
    try {
      node.isReady = (await fetch(`${node.url}/readyz`)).ok;
    } catch {
      node.isReady = false;
    }
  };
  const lookAtAll = () => Promise.all(nodes.map(look));
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const ready = nodes.filter(({ isReady }) => isReady);
    const node = ready[turn++ % Math.max(1, ready.length)];
    if (node === undefined) outgoing.writeHead(503).end();
    else forward(incoming, outgoing, node);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await lookAtAll();
  const timer = setInterval(() => void lookAtAll(), lookEveryMs);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    readyCount: () => nodes.filter(({ isReady }) => isReady).length,
    close() {
      clearInterval(timer);
      server.close();
      server.closeAllConnections();
      for (const { agent } of nodes) agent.destroy();
    },
  };
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { url, agent }: { readonly url: string; readonly agent: Agent },
): void {
  const { method, headers } = incoming;
  const sent = request(new URL(incoming.url ?? "/", url), { method, headers, agent }, (answer) => {
    const { connection: _ofTheNode, ...others } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, others);
    answer.pipe(outgoing);
  });
  sent.on("error", () => {
    if (!outgoing.headersSent) outgoing.writeHead(502);
    outgoing.end();
  });
  incoming.pipe(sent);
}
