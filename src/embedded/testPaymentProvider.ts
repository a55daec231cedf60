import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { signMessage } from "../billing/signature.ts";

/** A payment provider for trying and testing: no money moves. It speaks what `createHttpPaymentProvider` does. */
export interface TestPaymentProvider {
  readonly url: string;
  readonly apiKey: string;
  readonly webhookSecret: string;
  /** Where it tells what became of payments; set it before anybody pays. */
  tellAt(callbackUrl: string): void;
  /** What happens when somebody pays, or does not: marks the payment and tells it. Answers the status of the answer. */
  settle(providerPaymentId: string, kind: "paid" | "failed"): Promise<number>;
  /** Tells an event as it is, with a signature of that time; for what providers do at their worst. */
  tell(
    event: object,
    signedAtMs?: number,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  close(): Promise<void>;
}

interface Payment {
  readonly amountCents: number;
  readonly currency: string;
  refundedCents: number;
  isPaid: boolean;
}

interface State {
  readonly payments: Map<string, Payment>;
  /** Answers by idempotency key. */
  readonly answered: Map<string, { readonly request: string; readonly answer: Answer }>;
  url: string;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const maxBodyBytes = 16_384;

/** Starts it on a free port of this machine. */
export async function startTestPaymentProvider(
  apiKey: string,
  webhookSecret: string,
): Promise<TestPaymentProvider> {
  const state: State = { payments: new Map(), answered: new Map(), url: "" };
  let callbackUrl = "";
  let events = 0;
  const tell: TestPaymentProvider["tell"] = async (event, signedAtMs = Date.now()) => {
    const body = JSON.stringify(event);
    const answer = await fetch(callbackUrl, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "atelier-signature": signMessage(body, webhookSecret, signedAtMs),
      },
      body,
    });
    return { status: answer.status, body: await answer.json() };
  };
  const settle: TestPaymentProvider["settle"] = async (id, kind) => {
    const payment = state.payments.get(id);
    if (payment === undefined) return 404;
    payment.isPaid ||= kind === "paid";
    const { amountCents, currency } = payment;
    const event = { id: `evt_${++events}_${id}`, type: `payment.${kind}` };
    return (await tell({ ...event, payment: { id, amountCents, currency } })).status;
  };
  const server = createServer((request, response) => {
    void answerTo(request, state, apiKey, settle)
      .catch(() => ({ status: 400, body: { error: "this cannot be read" } }))
      .then((answer) => send(request, response, answer));
  });
  const port = await listenLocally(server);
  state.url = `http://127.0.0.1:${port}`;
  return {
    url: state.url,
    apiKey,
    webhookSecret,
    tellAt(url) {
      callbackUrl = url;
    },
    settle,
    tell,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(request: IncomingMessage, response: ServerResponse, { status, body }: Answer): void {
  const isPerson = request.headers.accept?.includes("text/html") === true;
  const type = isPerson ? "text/html; charset=utf-8" : "application/json";
  response.writeHead(status, { "content-type": type });
  response.end(isPerson ? pageOf(status) : JSON.stringify(body));
}

/** What somebody sees who has followed a payment's link. */
const pageOf = (status: number): string =>
  `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Paiement d’essai</title><body style="font:18px/1.6 system-ui;margin:15vh auto;max-width:26em;padding:0 1em">
<h1>${status === 200 ? "C’est payé" : "Ce paiement n’existe pas"}</h1>
<p>Paiement d’essai : aucun argent n’a bougé. Vous pouvez fermer cet onglet et revenir à la console.</p>`;

function listenLocally(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** `GET /checkout/ID` pays: whoever follows the link has a full purse. */
async function answerTo(
  request: IncomingMessage,
  state: State,
  apiKey: string,
  settle: TestPaymentProvider["settle"],
): Promise<Answer> {
  const path = request.url ?? "";
  const checkout = /^\/checkout\/([\w-]+)$/.exec(path)?.[1];
  if (checkout !== undefined) {
    const told = await settle(checkout, "paid");
    return { status: told === 404 ? 404 : 200, body: { paid: checkout, told } };
  }
  if (request.headers.authorization !== `Bearer ${apiKey}`)
    return { status: 401, body: { error: "unknown key" } };
  const key = request.headers["idempotency-key"];
  if (request.method !== "POST" || typeof key !== "string")
    return { status: 400, body: { error: "POST with Idempotency-Key" } };
  const body = await readBody(request);
  const known = state.answered.get(key);
  if (known !== undefined)
    return known.request === path + body
      ? known.answer
      : { status: 409, body: { error: "this key belongs to another request" } };
  const answer = act(path, JSON.parse(body), state);
  state.answered.set(key, { request: path + body, answer });
  return answer;
}

function act(path: string, { amountCents, currency = "EUR" }: Payment, state: State): Answer {
  if (!Number.isSafeInteger(amountCents) || amountCents <= 0)
    return { status: 400, body: { error: "amountCents" } };
  if (path === "/payments") {
    const id = `pay_${state.payments.size + 1}`;
    state.payments.set(id, { amountCents, currency, refundedCents: 0, isPaid: false });
    return { status: 201, body: { id, checkoutUrl: `${state.url}/checkout/${id}` } };
  }
  const payment = state.payments.get(/^\/payments\/([\w-]+)\/refunds$/.exec(path)?.[1] ?? "");
  if (payment === undefined) return { status: 404, body: { error: "no such payment" } };
  const left = payment.isPaid ? payment.amountCents - payment.refundedCents : 0;
  if (amountCents > left) return { status: 422, body: { error: `${left} cents are left` } };
  payment.refundedCents += amountCents;
  return { status: 201, body: { status: "done" } };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > maxBodyBytes) throw new RangeError("the body is too large");
  }
  return text;
}
