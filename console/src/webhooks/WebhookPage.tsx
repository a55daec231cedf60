import { Alert, Anchor, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { Webhook } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { SecretDialog } from "../ui/SecretDialog.tsx";
import { QueryState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { DeliveriesSection } from "./DeliveriesSection.tsx";
import { WebhookActions } from "./WebhookActions.tsx";
import { WebhookState } from "./WebhookState.tsx";
import classes from "./webhooks.module.css";
import { webhooksWords } from "./words.ts";

/** One webhook: what it is told, and what it was sent. */
export function WebhookPage() {
  const t = useWords(webhooksWords);
  const webhookId = Number(useParams().webhookId);
  const query = useQuery({ ...queryOf("readWebhook", { webhookId }), refetchInterval: 30_000 });
  const [secret, setSecret] = useState<string | null>(null);
  // Without `fields` all of it is answered.
  const webhook = query.data as Webhook | undefined;
  return (
    <>
      <Anchor component={Link} to="/webhooks" size="sm">
        ← {t.one.back}
      </Anchor>
      <PageHeader
        title={t.one.title}
        subtitle={webhook && <span className={classes.address}>{webhook.url}</span>}
        actions={webhook && <WebhookActions webhook={webhook} onSecret={setSecret} />}
      />
      <QueryState query={query}>
        {(read) => (
          <Stack gap={48}>
            <Facts webhook={read as Webhook} />
            <DeliveriesSection webhook={read as Webhook} />
          </Stack>
        )}
      </QueryState>
      <SecretDialog
        secret={secret}
        title={t.secret.title}
        text={t.secret.text}
        done={t.secret.done}
        onClose={() => setSecret(null)}
      />
    </>
  );
}

function Facts({ webhook }: { readonly webhook: Webhook }) {
  const t = useWords(webhooksWords);
  const { disabledReason, events } = webhook;
  return (
    <Stack>
      {disabledReason !== null && (
        <Alert color="yellow" variant="light" role="status">
          {t.state.disabled[disabledReason]}
        </Alert>
      )}
      <dl className={classes.facts}>
        <dt>{t.columns.state}</dt>
        <dd>
          <WebhookState webhook={webhook} />
        </dd>
        <dt>{t.columns.events}</dt>
        <dd>
          {events.map((event) => (
            <div key={event}>{t.events[event]}</div>
          ))}
        </dd>
        <dt>{t.form.advertiser}</dt>
        <dd>
          {webhook.advertiserId === null ? (
            t.one.allAdvertisers
          ) : (
            <AdvertiserName advertiserId={webhook.advertiserId} />
          )}
        </dd>
      </dl>
    </Stack>
  );
}

function AdvertiserName({ advertiserId }: { readonly advertiserId: number }) {
  const t = useWords(webhooksWords).one;
  const { data } = useQuery(queryOf("readAdvertiser", { advertiserId }));
  return data?.name === undefined ? null : t.advertiser(data.name);
}
