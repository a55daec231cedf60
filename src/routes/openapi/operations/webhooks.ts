import {
  deliveryList,
  deliverySchema,
  newWebhookSchema,
  toldWebhookSchema,
  webhookList,
  webhookPatchSchema,
  webhookRotationSchema,
  webhookSchema,
} from "../../../accounts/webhookSchemas.ts";
import { entityId } from "../../../campaigns/fieldTypes.ts";
import { listQuerySchema } from "../../../campaigns/listQuery.ts";
import { pageSchema } from "../../../campaigns/lists.ts";
import type { Operation } from "../operation.ts";
import { changeOf, idIn } from "../parameters.ts";
import { resourceOperations } from "../resources.ts";

const params = idIn("webhookId");
const tag = "Reports";
const access = ["apiKey"] as const;

const webhooks = resourceOperations({
  name: "Webhook",
  words: { one: "a webhook", many: "webhooks", it: "the webhook" },
  tag,
  list: webhookList,
  params,
  input: {
    schema: webhookSchema,
    examples: {
      all: {
        url: "https://agence.example/atelier",
        events: ["campaign.approved", "campaign.rejected", "campaign.budget_80"],
      },
    },
  },
  change: {
    schema: changeOf(webhookPatchSchema, "WebhookChange"),
    examples: { pause: { active: false } },
  },
  item: toldWebhookSchema,
  created: newWebhookSchema,
  notes: { create: "The answer, and it alone, tells `secret`." },
});

/** What acts outside Postgres, or hands out a secret, is not tried. */
const untried = ({ dryRun: _dryRun, ...operation }: Operation): Operation => operation;

export const webhookOperations: readonly Operation[] = [
  ...[webhooks.create, webhooks.list, webhooks.read, webhooks.change, webhooks.remove].map(untried),
  {
    id: "rotateWebhook",
    method: "post",
    path: "/v1/webhooks/:webhookId/rotate",
    tag,
    access,
    summary: "Give a webhook a new secret",
    description: "Deliveries are signed with the old one too for `overlapSeconds` more.",
    params,
    body: { schema: webhookRotationSchema, examples: { day: { overlapSeconds: 86_400 } } },
    answers: {
      200: {
        description: "The webhook, its secret shown this once.",
        schema: newWebhookSchema,
        headers: ["ETag"],
      },
    },
  },
  {
    id: "listDeliveries",
    method: "get",
    path: "/v1/webhooks/:webhookId/deliveries",
    tag,
    access,
    summary: "List what a webhook was sent",
    description: "Latest first; kept for 30 days.",
    params,
    query: listQuerySchema(deliveryList),
    answers: { 200: { description: "A page of them.", schema: pageSchema(deliverySchema) } },
  },
  {
    id: "replayDelivery",
    method: "post",
    path: "/v1/webhooks/:webhookId/deliveries/:deliveryId/replay",
    tag,
    access,
    summary: "Send a delivery again",
    description: "The same event under the same id.",
    params: params.extend({ deliveryId: entityId() }),
    answers: { 202: { description: "It is queued.", schema: deliverySchema } },
    problems: ["conflict"],
  },
  {
    id: "testWebhook",
    method: "post",
    path: "/v1/webhooks/:webhookId/test",
    tag,
    access,
    summary: "Send a webhook an event that tells nothing",
    params,
    answers: { 202: { description: "It is queued.", schema: deliverySchema } },
    problems: ["conflict"],
  },
];
