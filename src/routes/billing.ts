import { type Request, type RequestHandler, Router } from "express";
import type { AccountBooks, PaymentBooks } from "../billing/billingBooks.ts";
import { paymentList } from "../billing/lists.ts";
import { createPayment, type PayInDeps, receiveEvent, refundPayment } from "../billing/payIn.ts";
import { type Account, billingDetailsSchema, creditLimitSchema } from "../billing/schemas.ts";
import {
  actorOf,
  notFound,
  requireAdmin,
  requireVisible,
  requireWriter,
} from "../campaigns/access.ts";
import { parseFields, valueOrThrow } from "../campaigns/problems.ts";
import { apiKeyOf } from "./authenticate.ts";
import { readTextBody } from "./readBody.ts";
import { parseId, parseList, sendList } from "./resource.ts";

export interface BillingRouterDeps extends PayInDeps {
  readonly authenticate: RequestHandler;
  readonly accounts: AccountBooks;
  readonly payments: PaymentBooks;
  readonly nowMs: () => number;
}

/** A provider's message is short. */
const messageBytes = 16 * 1024;

/**
 * Advertisers' money: `…/account`, `…/billing-details`, `…/credit-limit` (the operator's), `…/payments`, refunds, and what
 * the payment provider tells. To be mounted before the router of advertisers, which reads the body of all below it.
 */
export function billingRouter(deps: BillingRouterDeps): Router {
  const router = Router();
  addAccount(router, deps);
  addPayments(router, deps);
  return router;
}

function addAccount(router: Router, { authenticate, accounts }: BillingRouterDeps): void {
  const read = async (advertiserId: number): Promise<Account> => {
    const account = await accounts.read(advertiserId);
    if (account === null) throw notFound();
    return account;
  };
  const one = "/v1/advertisers/:advertiserId";
  router.get(`${one}/account`, authenticate, async (request, response) => {
    response.json(await read(visibleId(request)));
  });
  router.put(`${one}/billing-details`, authenticate, async (request, response) => {
    requireWriter(apiKeyOf(request));
    const advertiserId = visibleId(request);
    const details = valueOrThrow(parseFields(billingDetailsSchema, request.body));
    const actor = actorOf(apiKeyOf(request));
    if (!(await accounts.writeDetails(advertiserId, details, actor))) throw notFound();
    response.json(await read(advertiserId));
  });
  router.put(`${one}/credit-limit`, authenticate, async (request, response) => {
    requireAdmin(apiKeyOf(request));
    const advertiserId = visibleId(request);
    const { creditLimitMicros } = valueOrThrow(parseFields(creditLimitSchema, request.body));
    const actor = actorOf(apiKeyOf(request));
    if (!(await accounts.setCreditLimit(advertiserId, creditLimitMicros, actor))) throw notFound();
    response.json(await read(advertiserId));
  });
}

function addPayments(router: Router, deps: BillingRouterDeps): void {
  const { authenticate, payments } = deps;
  const path = "/v1/advertisers/:advertiserId/payments";
  router.post(path, authenticate, async (request, response) => {
    const id = parseId(request, "advertiserId");
    const payment = await createPayment(deps, id, request.body, apiKeyOf(request));
    response.status(201).json(payment);
  });
  router.get(path, authenticate, async (request, response) => {
    const list = parseList(request, paymentList);
    const advertiserId = visibleId(request);
    if ((await deps.accounts.read(advertiserId)) === null) throw notFound();
    sendList(response, list, await payments.page({ advertiserId, ...list.filters }, list));
  });
  router.post("/v1/payments/:paymentId/refunds", authenticate, async (request, response) => {
    const paymentId = parseId(request, "paymentId");
    const { refund, isNew } = await refundPayment(deps, paymentId, request.body, apiKeyOf(request));
    response.status(isNew ? 201 : 200).json(refund);
  });
  router.post("/v1/payment-events", async (request, response) => {
    const body = await readTextBody(request, messageBytes);
    const signature = request.headers["atelier-signature"];
    const header = typeof signature === "string" ? signature.slice(0, 200) : "";
    response.json({ outcome: await receiveEvent(deps, body, header, deps.nowMs()) });
  });
}

function visibleId(request: Request): number {
  const advertiserId = parseId(request, "advertiserId");
  requireVisible(apiKeyOf(request), advertiserId);
  return advertiserId;
}
