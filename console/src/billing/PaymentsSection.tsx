import { Anchor, Badge, Button, Table, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Payment } from "../../../sdk/src/generated.ts";
import { everyOf } from "../api/queries.ts";
import { useMay } from "../api/session.ts";
import { Section } from "../ui/Section.tsx";
import { LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { RefundDialog } from "./RefundDialog.tsx";
import { billingWords } from "./words.ts";

const waitingMs = 5_000;

/** What was paid in, the latest first. While one waits to be paid, it is looked at often: people pay in another tab. */
export function PaymentsSection({ advertiserId }: { readonly advertiserId: number }) {
  const t = useWords(billingWords).payments;
  const [refunded, refund] = useState<Payment | null>(null);
  const query = useQuery({
    ...everyOf("listPayments", { advertiserId, limit: 200 }),
    refetchInterval: ({ state }) => (state.data?.some(isWaiting) ? waitingMs : false),
  });
  const items = query.data?.toReversed() ?? [];
  useAccountFollows(items);
  return (
    <Section title={t.heading}>
      {query.isPending && <LoadingRows rows={2} />}
      {query.isError && <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && <Text c="dimmed">{t.none}</Text>}
      {items.length > 0 && <PaymentsTable payments={items} onRefund={refund} />}
      <RefundDialog payment={refunded} onClose={() => refund(null)} />
    </Section>
  );
}

const isWaiting = ({ status }: Payment): boolean => status === "pending";

/** A payment that has been confirmed moves the balance: it is read again. */
function useAccountFollows(payments: readonly Payment[]): void {
  const queryClient = useQueryClient();
  const paid = payments.filter(({ status }) => status === "paid").length;
  useEffect(() => {
    if (paid > 0) void queryClient.invalidateQueries({ queryKey: ["readAccount"] });
  }, [paid, queryClient]);
}

interface PaymentsTableProps {
  readonly payments: readonly Payment[];
  readonly onRefund: (payment: Payment) => void;
}

function PaymentsTable({ payments, onRefund }: PaymentsTableProps) {
  const t = useWords(billingWords).payments;
  return (
    <Table verticalSpacing="sm" aria-label={t.heading}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t.date}</Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            {t.net}
          </Table.Th>
          <Table.Th ta="right">{t.total}</Table.Th>
          <Table.Th>{t.state}</Table.Th>
          <Table.Th aria-label={t.actions} visibleFrom="sm" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {payments.map((payment) => (
          <PaymentRow key={payment.paymentId} payment={payment} onRefund={onRefund} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

const colors = { pending: "yellow", paid: "atelier", failed: "gray" } as const;

interface PaymentRowProps {
  readonly payment: Payment;
  readonly onRefund: (payment: Payment) => void;
}

function PaymentRow({ payment, onRefund }: PaymentRowProps) {
  const t = useWords(billingWords).payments;
  const { dateTime, money } = useFormat();
  const { createdAt, netMicros, totalCents, status, refundedMicros } = payment;
  return (
    <Table.Tr>
      <Table.Td>{dateTime(createdAt)}</Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {money(netMicros)}
      </Table.Td>
      <Table.Td ta="right">{money(totalCents * 10_000)}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={colors[status]} tt="none">
          {t.status[status]}
        </Badge>
        {refundedMicros > 0 && (
          <Text size="xs" c="dimmed">
            {t.refunded(money(refundedMicros))}
          </Text>
        )}
        <Text component="div" hiddenFrom="sm" mt={4}>
          <RowAction payment={payment} onRefund={onRefund} />
        </Text>
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        <RowAction payment={payment} onRefund={onRefund} />
      </Table.Td>
    </Table.Tr>
  );
}

/** What is ordered is paid; what was paid the operator gives back. */
function RowAction({ payment, onRefund }: PaymentRowProps) {
  const t = useWords(billingWords).payments;
  const { money } = useFormat();
  const mayRefund = useMay("platform");
  const { status, checkoutUrl, totalCents, netMicros, refundedMicros } = payment;
  if (status === "pending" && checkoutUrl !== null)
    return (
      <Anchor
        href={checkoutUrl}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={t.checkoutOf(money(totalCents * 10_000))}
      >
        {t.checkout}
      </Anchor>
    );
  if (!mayRefund || status !== "paid" || refundedMicros >= netMicros) return null;
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      aria-label={t.refundOf(money(netMicros))}
      onClick={() => onRefund(payment)}
    >
      {t.refund}
    </Button>
  );
}
