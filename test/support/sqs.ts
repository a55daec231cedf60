import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A queue of SQS on this machine, over SQS's own protocol (JSON 1.0): visibility, receipts, deletes. */
export interface TestQueue {
  readonly endpoint: string;
  readonly url: string;
  readonly send: (body: string) => void;
  /** Bodies of all that is in it, whether anybody has it at the moment or not. */
  readonly bodies: () => readonly string[];
  /** Of those that anybody may be handed now. */
  readonly visible: () => number;
  readonly close: () => Promise<void>;
}

interface Message {
  readonly id: string;
  readonly body: string;
  receipt: string;
  hiddenUntilMs: number;
}

type Input = Readonly<Record<string, unknown>>;

/** More than ten at once SQS gives nobody. */
const mostAtOnce = 10;

export async function startQueue(): Promise<TestQueue> {
  const messages: Message[] = [];
  const visible = () => messages.filter(({ hiddenUntilMs }) => hiddenUntilMs <= Date.now());
  const byReceipt = (input: Input): number => {
    const at = messages.findIndex(({ receipt }) => receipt === input.ReceiptHandle);
    if (at === -1) throw new Error("ReceiptHandleIsInvalid");
    return at;
  };
  const actions: Readonly<Record<string, (input: Input) => object>> = {
    ReceiveMessage(input) {
      const most = Math.min(Number(input.MaxNumberOfMessages ?? 1), mostAtOnce);
      const taken = visible().slice(0, most);
      for (const message of taken) {
        message.receipt = randomUUID();
        message.hiddenUntilMs = Date.now() + Number(input.VisibilityTimeout ?? 30) * 1_000;
      }
      return { Messages: taken.map(toAnswer) };
    },
    DeleteMessage(input) {
      messages.splice(byReceipt(input), 1);
      return {};
    },
    ChangeMessageVisibility(input) {
      const message = messages[byReceipt(input)]!;
      message.hiddenUntilMs = Date.now() + Number(input.VisibilityTimeout) * 1_000;
      return {};
    },
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const action = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
    const isSigned = String(request.headers.authorization).includes("/sqs/aws4_request");
    response.setHeader("content-type", "application/x-amz-json-1.0");
    try {
      const run = actions[action];
      if (run === undefined || !isSigned) throw new Error("InvalidAction");
      response.end(JSON.stringify(run(JSON.parse(Buffer.concat(chunks).toString()))));
    } catch (error) {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: (error as Error).message }));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    url: `${endpoint}/000000000000/letters`,
    send: (body) => messages.push({ id: randomUUID(), body, receipt: "", hiddenUntilMs: 0 }),
    bodies: () => messages.map(({ body }) => body),
    visible: () => visible().length,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function toAnswer({ id, body, receipt }: Message): object {
  const MD5OfBody = createHash("md5").update(body).digest("hex");
  return { MessageId: id, ReceiptHandle: receipt, Body: body, MD5OfBody };
}
