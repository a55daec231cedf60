import { BellAlertIcon, PlusIcon } from "@heroicons/react/24/outline";
import { Anchor, Button, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { Webhook } from "../../../sdk/src/generated.ts";
import { pagesOf, queryOf } from "../api/queries.ts";
import { useMay } from "../api/session.ts";
import { MorePages } from "../ui/MorePages.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { SecretDialog } from "../ui/SecretDialog.tsx";
import { EmptyState, LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { WebhookDialog } from "./WebhookDialog.tsx";
import { WebhookState } from "./WebhookState.tsx";
import classes from "./webhooks.module.css";
import { webhooksWords } from "./words.ts";

export function WebhookListPage() {
  const t = useWords(webhooksWords);
  const query = useInfiniteQuery(pagesOf("listWebhooks", { limit: 100 }));
  const [isAdding, { open, close }] = useDisclosure();
  const [secret, setSecret] = useState<string | null>(null);
  const items = (query.data?.pages.flatMap((page) => page.items) ?? []) as readonly Webhook[];
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        actions={
          <Button leftSection={<PlusIcon width={18} />} onClick={open}>
            {t.add}
          </Button>
        }
      />
      {query.isPending && <LoadingRows />}
      {query.isError && <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && (
        <EmptyState icon={<BellAlertIcon />} title={t.none.title} text={t.none.text} />
      )}
      {items.length > 0 && <WebhookTable webhooks={items} />}
      <MorePages query={query} />
      <WebhookDialog edited={isAdding ? "new" : null} onClose={close} onSecret={setSecret} />
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

function WebhookTable({ webhooks }: { readonly webhooks: readonly Webhook[] }) {
  const t = useWords(webhooksWords).columns;
  // Of its own organisation everybody knows the name; the operator sees the webhooks of all.
  const isNamed = useMay("platform");
  return (
    <Table verticalSpacing="sm" aria-label={useWords(webhooksWords).title}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t.url}</Table.Th>
          {isNamed && <Table.Th visibleFrom="md">{t.organization}</Table.Th>}
          <Table.Th visibleFrom="sm">{t.events}</Table.Th>
          <Table.Th>{t.state}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {webhooks.map((webhook) => (
          <WebhookRow key={webhook.webhookId} webhook={webhook} isNamed={isNamed} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface WebhookRowProps {
  readonly webhook: Webhook;
  readonly isNamed: boolean;
}

function WebhookRow({ webhook, isNamed }: WebhookRowProps) {
  const t = useWords(webhooksWords);
  const { list } = useFormat();
  const { webhookId, url, events, organizationId } = webhook;
  const told = list(events.map((event) => t.events[event]));
  return (
    <Table.Tr>
      <Table.Td className={classes.address}>
        <Anchor component={Link} to={`/webhooks/${webhookId}`} fw={600}>
          {url}
        </Anchor>
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {told}
        </Text>
      </Table.Td>
      {isNamed && (
        <Table.Td visibleFrom="md">
          <OrganizationName organizationId={organizationId} />
        </Table.Td>
      )}
      <Table.Td visibleFrom="sm">
        <Text size="sm">{told}</Text>
      </Table.Td>
      <Table.Td>
        <WebhookState webhook={webhook} />
      </Table.Td>
    </Table.Tr>
  );
}

function OrganizationName({ organizationId }: { readonly organizationId: number }) {
  const { data } = useQuery(queryOf("listOrganizations", { limit: 200 }));
  return data?.items.find((one) => one.organizationId === organizationId)?.name ?? null;
}
