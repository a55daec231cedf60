import { Agent, request } from "node:http";

export interface SentBid {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
  readonly tookMs: number;
}

export interface BidSender {
  readonly send: (
    body: string | Buffer,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<SentBid>;
  readonly close: () => void;
}

/** Sends bid requests over kept connections, as exchanges do; a request without an answer in `patienceMs` is an error. */
export function createBidSender(
  endpoint: string,
  {
    connections,
    patienceMs = 5_000,
  }: { readonly connections: number; readonly patienceMs?: number },
): BidSender {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const url = new URL(endpoint);
  return {
    close: () => agent.destroy(),
    send: (body, headers = {}) =>
      new Promise((resolve, reject) => {
        const startedMs = performance.now();
        const sent = request(url, { method: "POST", agent, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
              tookMs: performance.now() - startedMs,
            }),
          );
        });
        sent.setTimeout(patienceMs, () => sent.destroy(new Error("no answer")));
        sent.on("error", reject);
        sent.end(body);
      }),
  };
}
