import { useForm } from "@mantine/form";
import type { Webhook } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { useMe } from "../api/session.ts";
import { useFormWrites } from "../ui/useFormWrites.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { type WebhookEvent, webhookEvents } from "./webhookEvents.ts";
import { webhooksWords } from "./words.ts";

export interface WebhookValues {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly organizationId: string;
  /** "" = all. */
  readonly advertiserId: string;
}

const pointers = {
  "/url": "url",
  "/events": "events",
  "/organizationId": "organizationId",
  "/advertiserId": "advertiserId",
} as const;

/** The form of a webhook and its way to the API; null = a new one, whose secret is told once. */
export function useWebhookForm(
  webhook: Webhook | null,
  onDone: () => void,
  onSecret: (secret: string) => void,
) {
  const t = useWords(webhooksWords).form;
  const { required } = useWords(uiWords).rules;
  const own = String(useMe().organization.organizationId);
  const form = useForm<WebhookValues>({
    initialValues: {
      url: webhook?.url ?? "",
      events: webhook?.events ?? webhookEvents,
      organizationId: own,
      advertiserId: "",
    },
    validate: {
      url: (url) => (url.trim() === "" ? required : null),
      events: (events) => (events.length === 0 ? t.noEvent : null),
    },
    onValuesChange(values, before) {
      if (values.organizationId !== before.organizationId) form.setFieldValue("advertiserId", "");
    },
  });
  const create = useWrite("createWebhook", ["listWebhooks"]);
  const change = useWrite("changeWebhook", ["listWebhooks", "readWebhook"]);
  const writes = [create, change];
  const { state, onError, done } = useFormWrites({ form, writes, pointers, onDone });
  return {
    form,
    ...state,
    save(values: WebhookValues) {
      const body = { url: values.url.trim(), events: values.events };
      if (webhook === null)
        return create.mutate(
          { input: { body: { ...body, ...ownerOf(values) } } },
          {
            onError,
            onSuccess({ secret }) {
              onDone();
              onSecret(secret);
            },
          },
        );
      const { webhookId, version } = webhook;
      change.mutate(
        { input: { webhookId, body }, ifVersion: version },
        { onError, onSuccess: () => done(t.saved) },
      );
    },
  };
}

const ownerOf = ({ organizationId, advertiserId }: WebhookValues) => ({
  organizationId: Number(organizationId),
  advertiserId: advertiserId === "" ? null : Number(advertiserId),
});
