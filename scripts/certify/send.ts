import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, Agent as SecureAgent } from "node:https";
import { gunzipSync } from "node:zlib";
import type { Send, WireAnswer, WireRequest } from "./types.ts";

export interface SendOptions {
  /** The address of the endpoint: "https://ads.example/openrtb2/bid/name". */
  readonly url: string;
  readonly key: string | null;
}

/** Longer than any auction: a server that does not answer at all. */
const giveUpMs = 5_000;

/** How requests are sent: one after the other over connections that are kept, as exchanges do. */
export function createSend({ url, key }: SendOptions): {
  readonly send: Send;
  readonly close: () => void;
} {
  const isSecure = url.startsWith("https:");
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const send: Send = (wire) =>
    new Promise((resolve, reject) => {
      const address = wire.address ?? url + wire.suffix;
      const isOwn = wire.address === undefined;
      const open = address.startsWith("https:") ? httpsRequest : httpRequest;
      const startedAt = performance.now();
      const sent = open(address, {
        method: wire.method,
        headers: headersOf(wire, isOwn ? key : null),
        ...(isOwn && { agent }),
        timeout: giveUpMs,
      });
      sent.once("timeout", () => sent.destroy(new Error(`no answer within ${giveUpMs} ms`)));
      sent.once("error", reject);
      sent.once("response", (response) => {
        read(sent, response, startedAt).then(resolve, reject);
      });
      sent.end(wire.body ?? undefined);
    });
  return { send, close: () => agent.destroy() };
}

function headersOf({ headers, body }: WireRequest, key: string | null): Record<string, string> {
  const all: Record<string, string> = { ...headers };
  if (body !== null) all["content-length"] = `${body.length}`;
  if (key !== null) all.authorization = `Bearer ${key}`;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

async function read(
  sent: ClientRequest,
  response: IncomingMessage,
  startedAt: number,
): Promise<WireAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const elapsedMs = performance.now() - startedAt;
  const body = Buffer.concat(chunks);
  const isGzip = response.headers["content-encoding"] === "gzip" && body.length > 0;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: (isGzip ? gunzipSync(body) : body).toString("utf8"),
    elapsedMs,
    reused: sent.reusedSocket,
  };
}
