import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Functions of Lambda on this machine, over Lambda's own protocol. */
export interface TestLambda {
  readonly endpoint: string;
  /** Names that were called, in their order. */
  readonly called: readonly string[];
  readonly close: () => Promise<void>;
}

/** What a function does with an event; what it throws is answered as Lambda does. */
export async function startLambda(run: (event: never) => Promise<unknown>): Promise<TestLambda> {
  const called: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, name = ""] = /functions\/([^/]+)\/invocations/.exec(request.url ?? "") ?? [];
    called.push(decodeURIComponent(name));
    response.setHeader("content-type", "application/json");
    try {
      const event = JSON.parse(Buffer.concat(chunks).toString());
      response.end(JSON.stringify(await run(event as never)));
    } catch (error) {
      response.setHeader("x-amz-function-error", "Unhandled");
      response.end(JSON.stringify({ errorMessage: (error as Error).message }));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    called,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
