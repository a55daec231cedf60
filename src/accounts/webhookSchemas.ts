import { z } from "zod";
import { distinctList, entityId, httpsOrLoopbackUrl } from "../campaigns/fieldTypes.ts";
import { flagFilter, idFilter, listSpec, wordFilter } from "../campaigns/listQuery.ts";

/** What the routes of webhooks take and answer. */

export const webhookEventTypes = [
  "campaign.approved",
  "campaign.rejected",
  "campaign.budget_80",
  "campaign.exhausted",
  "campaign.under_delivering",
  "campaign.daily_budget_exhausted",
  "advertiser.balance_low",
  "advertiser.balance_exhausted",
] as const;

const changeable = {
  url: httpsOrLoopbackUrl(),
  events: distinctList(z.enum(webhookEventTypes), webhookEventTypes.length).min(1),
  active: z.boolean().default(true),
};

export const webhookSchema = z
  .strictObject({
    ...changeable,
    /** Left out: the caller's own. */
    organizationId: entityId().optional(),
    /** Null = events of all advertisers of the organisation. */
    advertiserId: entityId().nullable().default(null),
  })
  .meta({ title: "WebhookInput" });
export const webhookPatchSchema = z.strictObject(changeable).meta({ title: "WebhookFields" });

export const webhookRotationSchema = z
  .strictObject({
    /** How long deliveries are signed with the old secret too; at most a week. */
    overlapSeconds: z
      .int()
      .min(0)
      .max(7 * 86_400)
      .default(86_400),
  })
  .meta({ title: "WebhookRotation" });

export const toldWebhookSchema = z
  .object({
    webhookId: entityId(),
    organizationId: entityId(),
    advertiserId: entityId().nullable(),
    url: z.string(),
    events: z.array(z.enum(webhookEventTypes)),
    active: z.boolean(),
    failingSince: z.iso.datetime().nullable().describe("Since when no delivery has succeeded."),
    disabledReason: z
      .enum(["failing", "gone"])
      .nullable()
      .describe("Why we switched it off: it failed for three days, or answered 410."),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ title: "Webhook" });
export type ToldWebhook = Readonly<z.output<typeof toldWebhookSchema>>;

export const newWebhookSchema = toldWebhookSchema
  .extend({ secret: z.string().describe("What deliveries are signed with; shown this once.") })
  .meta({ title: "NewWebhook" });

const deliveryStatuses = ["pending", "delivered", "failed"] as const;

export const deliverySchema = z
  .object({
    deliveryId: entityId(),
    webhookId: entityId(),
    eventId: z.uuid(),
    type: z.string(),
    status: z.enum(deliveryStatuses),
    attempts: z.int(),
    nextAttemptAt: z.iso.datetime().nullable(),
    lastAttemptAt: z.iso.datetime().nullable(),
    httpStatus: z.int().nullable().describe("Of the last answer."),
    error: z.string().nullable().describe("Why the last attempt failed."),
    createdAt: z.iso.datetime(),
  })
  .meta({ title: "WebhookDelivery" });
export type Delivery = Readonly<z.output<typeof deliverySchema>>;

export interface DeliveryFilter {
  readonly webhookId: number;
  readonly status?: Delivery["status"] | undefined;
  readonly type?: string | undefined;
}

export const webhookList = listSpec({
  collection: "webhooks",
  idField: "webhookId",
  sorts: { id: "id", createdAt: "integer", updatedAt: "integer" },
  fields: Object.keys(toldWebhookSchema.shape),
  filters: { advertiserId: idFilter(), active: flagFilter() },
});

export const deliveryList = listSpec({
  collection: "deliveries",
  idField: "deliveryId",
  sorts: { id: "id" },
  isLatestFirst: true,
  fields: Object.keys(deliverySchema.shape),
  filters: {
    status: wordFilter(deliveryStatuses),
    type: wordFilter([...webhookEventTypes, "webhook.test"]),
  },
});
