import { Checkbox, Select, Stack, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import type { Webhook } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { FormButtons } from "../ui/FormButtons.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { useWebhookForm, type WebhookValues } from "./useWebhookForm.ts";
import { webhookEvents } from "./webhookEvents.ts";
import { webhooksWords } from "./words.ts";

interface WebhookDialogProps {
  /** Null = closed. */
  readonly edited: Webhook | "new" | null;
  readonly onClose: () => void;
  /** Hears the secret of a new one. */
  readonly onSecret: (secret: string) => void;
}

/** A new webhook, or another address or other events for one. */
export function WebhookDialog({ edited, onClose, onSecret }: WebhookDialogProps) {
  const t = useWords(webhooksWords).form;
  return (
    <FormDialog
      opened={edited !== null}
      onClose={onClose}
      title={edited === "new" ? t.createTitle : t.editTitle}
    >
      {edited !== null && (
        <WebhookForm
          webhook={edited === "new" ? null : edited}
          onClose={onClose}
          onSecret={onSecret}
        />
      )}
    </FormDialog>
  );
}

interface WebhookFormProps extends Omit<WebhookDialogProps, "edited"> {
  readonly webhook: Webhook | null;
}

function WebhookForm({ webhook, onClose, onSecret }: WebhookFormProps) {
  const t = useWords(webhooksWords).form;
  const { form, save, error, isPending } = useWebhookForm(webhook, onClose, onSecret);
  return (
    <form noValidate onSubmit={form.onSubmit(save)}>
      <Stack>
        {error !== null && <ProblemNotice error={error} />}
        <TextInput
          {...form.getInputProps("url")}
          label={t.url}
          description={t.urlHint}
          type="url"
          placeholder="https://"
          maxLength={2_000}
          data-autofocus
        />
        <EventsField form={form} />
        {webhook === null && <Owner form={form} />}
        <FormButtons
          action={webhook === null ? t.create : t.save}
          isPending={isPending}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}

interface FieldProps {
  readonly form: UseFormReturnType<WebhookValues>;
}

function EventsField({ form }: FieldProps) {
  const t = useWords(webhooksWords);
  return (
    <Checkbox.Group {...form.getInputProps("events")} label={t.form.events}>
      <Stack gap="sm" mt="xs">
        {webhookEvents.map((event) => (
          <Checkbox
            key={event}
            value={event}
            label={t.events[event]}
            description={t.eventTexts[event]}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

/** Whose events: the operator chooses the organisation; everybody chooses all advertisers or one. */
function Owner({ form }: FieldProps) {
  const t = useWords(webhooksWords);
  const organizations = useQuery(queryOf("listOrganizations", { limit: 200 })).data?.items ?? [];
  const fields = "advertiserId,name,organizationId";
  const advertisers = useQuery(queryOf("listAdvertisers", { limit: 200, sort: "name", fields }));
  const ofOne = (advertisers.data?.items ?? []).filter(
    (one) => String(one.organizationId) === form.values.organizationId,
  );
  return (
    <>
      {organizations.length > 1 && (
        <Select
          {...form.getInputProps("organizationId")}
          label={t.form.organization}
          searchable
          allowDeselect={false}
          data={organizations.map((one) => ({
            value: String(one.organizationId),
            label: one.name,
          }))}
        />
      )}
      {ofOne.length > 1 && (
        <Select
          {...form.getInputProps("advertiserId")}
          label={t.form.advertiser}
          searchable
          allowDeselect={false}
          data={[
            { value: "", label: t.one.allAdvertisers },
            ...ofOne.map((one) => ({ value: String(one.advertiserId), label: one.name ?? "" })),
          ]}
        />
      )}
    </>
  );
}
