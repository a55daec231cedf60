import { Badge, Button, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Webhook, WebhookDelivery } from "../../../sdk/src/generated.ts";
import { pagesOf, useWrite } from "../api/queries.ts";
import { MorePages } from "../ui/MorePages.tsx";
import { Section } from "../ui/Section.tsx";
import { LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { toastDone, toastProblem } from "../ui/toasts.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { failureOf } from "./webhookEvents.ts";
import { webhooksWords } from "./words.ts";

const waitingMs = 3_000;
const restMs = 30_000;

/** What a webhook was sent; looked at often while something waits. */
export function DeliveriesSection({ webhook }: { readonly webhook: Webhook }) {
  const t = useWords(webhooksWords).deliveries;
  const { webhookId, active } = webhook;
  const query = useInfiniteQuery({
    ...pagesOf("listDeliveries", { webhookId, limit: 50 }),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isFresh)) ? waitingMs : restMs,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title={t.heading} text={t.text}>
      {query.isPending && <LoadingRows rows={3} />}
      {query.isError && <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && <Text c="dimmed">{t.none}</Text>}
      {items.length > 0 && <DeliveriesTable deliveries={items} mayReplay={active} />}
      <MorePages query={query} />
    </Section>
  );
}

/** Waits for its first try: it comes within seconds. */
const isFresh = ({ status, attempts }: WebhookDelivery): boolean =>
  status === "pending" && attempts === 0;

interface DeliveriesTableProps {
  readonly deliveries: readonly WebhookDelivery[];
  readonly mayReplay: boolean;
}

function DeliveriesTable({ deliveries, mayReplay }: DeliveriesTableProps) {
  const t = useWords(webhooksWords).deliveries;
  return (
    <Table verticalSpacing="sm" aria-label={t.heading}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t.event}</Table.Th>
          <Table.Th visibleFrom="sm">{t.when}</Table.Th>
          <Table.Th>{t.state}</Table.Th>
          <Table.Th ta="right" visibleFrom="md">
            {t.tries}
          </Table.Th>
          <Table.Th aria-label={t.actions} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {deliveries.map((delivery) => (
          <DeliveryRow key={delivery.deliveryId} delivery={delivery} mayReplay={mayReplay} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

const colors = { pending: "yellow", delivered: undefined, failed: "red" } as const;

interface DeliveryRowProps {
  readonly delivery: WebhookDelivery;
  readonly mayReplay: boolean;
}

function DeliveryRow({ delivery, mayReplay }: DeliveryRowProps) {
  const t = useWords(webhooksWords).deliveries;
  const { dateTime, number } = useFormat();
  const { status, attempts, createdAt } = delivery;
  return (
    <Table.Tr>
      <Table.Td>
        <EventName type={delivery.type} />
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {dateTime(createdAt)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{dateTime(createdAt)}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={colors[status]} tt="none">
          {t.status[status]}
        </Badge>
        <Answer delivery={delivery} />
      </Table.Td>
      <Table.Td ta="right" visibleFrom="md">
        {number(attempts)}
      </Table.Td>
      <Table.Td ta="right">{mayReplay && <Replay delivery={delivery} />}</Table.Td>
    </Table.Tr>
  );
}

function EventName({ type }: { readonly type: string }) {
  const t = useWords(webhooksWords).events;
  return type in t ? t[type as keyof typeof t] : type;
}

/** The last answer, why it counts as none, and when the next try is. */
function Answer({ delivery }: { readonly delivery: WebhookDelivery }) {
  const t = useWords(webhooksWords).deliveries;
  const { relative } = useFormat();
  const { status, httpStatus, error, nextAttemptAt } = delivery;
  const told = [
    httpStatus === null ? null : t.http(String(httpStatus)),
    error === null || status === "delivered" ? null : t.errors[failureOf(error)],
    status === "pending" && nextAttemptAt !== null && delivery.attempts > 0
      ? t.next(relative(nextAttemptAt, Date.now()))
      : null,
  ].filter((one) => one !== null);
  if (told.length === 0) return null;
  return (
    <Text size="xs" c="dimmed">
      {told.join(" · ")}
    </Text>
  );
}

function Replay({ delivery }: { readonly delivery: WebhookDelivery }) {
  const t = useWords(webhooksWords);
  const { dateTime } = useFormat();
  const replay = useWrite("replayDelivery", ["listDeliveries"]);
  const { webhookId, deliveryId, type, createdAt } = delivery;
  const name = type in t.events ? t.events[type as keyof typeof t.events] : type;
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      loading={replay.isPending}
      aria-label={t.deliveries.replayOf(name, dateTime(createdAt))}
      onClick={() =>
        replay.mutate(
          { input: { webhookId, deliveryId } },
          { onSuccess: () => toastDone(t.deliveries.replayed), onError: toastProblem },
        )
      }
    >
      {t.deliveries.replay}
    </Button>
  );
}
