import { type RequestHandler, type Response, Router } from "express";
import {
  changeWebhook,
  createWebhook,
  readWebhook,
  removeWebhook,
  rotateWebhook,
  type SaveWebhookDeps,
  type StoredWebhook,
} from "../accounts/saveWebhook.ts";
import {
  type Delivery,
  type DeliveryFilter,
  deliveryList,
  webhookList,
} from "../accounts/webhookSchemas.ts";
import { managedOrganizationId, notFound, requirePermission } from "../campaigns/access.ts";
import type { OrderedPage, PageOfItems } from "../campaigns/repository.ts";
import { PublicError } from "../errors.ts";
import { apiKeyOf } from "./authenticate.ts";
import {
  bodyOfChange,
  demandOfDeletion,
  parseId,
  parseList,
  sendCreated,
  sendEntity,
  sendList,
  sendRead,
} from "./resource.ts";

export interface WebhooksRouterDeps extends SaveWebhookDeps {
  readonly authenticate: RequestHandler;
  /** Where there is no body to be read. */
  readonly authenticateOnly: RequestHandler;
  readonly secretOf: (salt: string) => string;
  readonly deliveries: {
    readonly page: (filter: DeliveryFilter, page: OrderedPage) => Promise<PageOfItems<Delivery>>;
    readonly replay: (
      webhookId: number,
      deliveryId: number,
      nowMs: number,
    ) => Promise<Delivery | null>;
    readonly test: (webhookId: number, nowMs: number) => Promise<Delivery>;
  };
}

const told = ({
  secretSalt: _salt,
  previousSalt: _previous,
  previousEndsAt: _endsAt,
  ...webhook
}: StoredWebhook) => webhook;

/** `/v1/webhooks`: make, list, read, change, rotate, remove. The secret is in the answer that makes it and nowhere else. */
export function webhooksRouter(deps: WebhooksRouterDeps): Router {
  const router = Router();
  // Before the others: what is asked without a body is not waited for.
  addSending(router, deps);
  router.use("/v1/webhooks", deps.authenticate);
  const withSecret = (webhook: StoredWebhook) => ({
    ...told(webhook),
    secret: deps.secretOf(webhook.secretSalt),
  });

  router.post("/v1/webhooks", async (request, response) => {
    const made = await createWebhook(deps, request.body, apiKeyOf(request));
    sendCreated(response, webhookList, made.webhookId, withSecret(made));
  });

  router.get("/v1/webhooks", async (request, response) => {
    const caller = apiKeyOf(request);
    requirePermission(caller, "accounts");
    const list = parseList(request, webhookList);
    const filter = { ...list.filters, organizationId: managedOrganizationId(caller) };
    const { items, next } = await deps.webhooks.page(filter, list);
    sendList(response, list, { items: items.map(told), next });
  });

  router.get("/v1/webhooks/:webhookId", async (request, response) => {
    const found = await readWebhook(deps, parseId(request, "webhookId"), apiKeyOf(request));
    sendRead(request, response, webhookList, told(found));
  });

  router.patch("/v1/webhooks/:webhookId", async (request, response) => {
    const webhookId = parseId(request, "webhookId");
    const caller = apiKeyOf(request);
    sendEntity(response, told(await changeWebhook(deps, webhookId, bodyOfChange(request), caller)));
  });

  router.post("/v1/webhooks/:webhookId/rotate", async (request, response) => {
    const webhookId = parseId(request, "webhookId");
    const made = await rotateWebhook(deps, webhookId, request.body, apiKeyOf(request));
    sendEntity(response, withSecret(made));
  });

  router.delete("/v1/webhooks/:webhookId", async (request, response) => {
    const webhookId = parseId(request, "webhookId");
    await removeWebhook(deps, webhookId, demandOfDeletion(request), apiKeyOf(request));
    response.status(204).end();
  });
  addDeliveries(router, deps);
  return router;
}

function addDeliveries(router: Router, deps: WebhooksRouterDeps): void {
  const { deliveries } = deps;
  router.get("/v1/webhooks/:webhookId/deliveries", async (request, response) => {
    const { webhookId } = await readWebhook(deps, parseId(request, "webhookId"), apiKeyOf(request));
    const list = parseList(request, deliveryList);
    sendList(response, list, await deliveries.page({ webhookId, ...list.filters }, list));
  });
}

function addSending(router: Router, deps: WebhooksRouterDeps): void {
  const { authenticateOnly, deliveries, nowMs } = deps;
  router.post(
    "/v1/webhooks/:webhookId/deliveries/:deliveryId/replay",
    authenticateOnly,
    async (request, response) => {
      const webhook = await readWebhook(deps, parseId(request, "webhookId"), apiKeyOf(request));
      const deliveryId = parseId(request, "deliveryId");
      requireActive(webhook);
      const replayed = await deliveries.replay(webhook.webhookId, deliveryId, nowMs());
      if (replayed === null) throw notFound();
      sendQueued(response, replayed);
    },
  );

  router.post("/v1/webhooks/:webhookId/test", authenticateOnly, async (request, response) => {
    const webhook = await readWebhook(deps, parseId(request, "webhookId"), apiKeyOf(request));
    requireActive(webhook);
    sendQueued(response, await deliveries.test(webhook.webhookId, nowMs()));
  });
}

/** Nothing is sent to what is switched off. */
function requireActive({ active }: StoredWebhook): void {
  if (!active) throw new PublicError("conflict", "The webhook is not active.");
}

function sendQueued(response: Response, delivery: Delivery): void {
  response.status(202).json(delivery);
}
