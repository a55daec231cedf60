import { DocumentTextIcon } from "@heroicons/react/24/outline";
import { Anchor, Group, Select, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { InvoiceSummary } from "../../../sdk/src/generated.ts";
import type { ChosenAdvertiser } from "../api/advertiser.ts";
import { pagesOf } from "../api/queries.ts";
import { useAdvertiserNames } from "../campaigns/useAdvertiserNames.ts";
import { MorePages } from "../ui/MorePages.tsx";
import { Section } from "../ui/Section.tsx";
import { EmptyState, LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { lastMonths } from "./months.ts";
import { billingWords } from "./words.ts";

interface InvoicesSectionProps {
  /** Null = of all that one may see. */
  readonly advertiser: ChosenAdvertiser | null;
}

/** Invoices and credit notes, the latest first. */
export function InvoicesSection({ advertiser }: InvoicesSectionProps) {
  const t = useWords(billingWords).invoices;
  const [month, setMonth] = useState<string | null>(null);
  const advertiserId = advertiser?.advertiserId;
  const query = useInfiniteQuery(
    pagesOf("listInvoices", { advertiserId, month: month ?? undefined, limit: 50 }),
  );
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section
      title={t.heading}
      text={t.text}
      actions={<MonthSelect month={month} onChange={setMonth} />}
    >
      {query.isPending && <LoadingRows rows={3} />}
      {query.isError && <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && (
        <EmptyState
          icon={<DocumentTextIcon />}
          title={month === null ? t.none : t.noneOfMonth}
          text={t.noneText}
        />
      )}
      {items.length > 0 && <InvoicesTable invoices={items} isNamed={advertiser === null} />}
      <MorePages query={query} />
    </Section>
  );
}

interface MonthSelectProps {
  readonly month: string | null;
  readonly onChange: (month: string | null) => void;
}

function MonthSelect({ month, onChange }: MonthSelectProps) {
  const t = useWords(billingWords).invoices;
  const format = useFormat();
  const months = lastMonths(new Date(), 24).map((one) => ({
    value: one,
    label: format.month(one),
  }));
  return (
    <Select
      aria-label={t.month}
      value={month ?? "all"}
      allowDeselect={false}
      onChange={(value) => onChange(value === "all" ? null : value)}
      data={[{ value: "all", label: t.allMonths }, ...months]}
    />
  );
}

interface InvoicesTableProps {
  readonly invoices: readonly InvoiceSummary[];
  /** Whether each says whose it is. */
  readonly isNamed: boolean;
}

function InvoicesTable({ invoices, isNamed }: InvoicesTableProps) {
  const t = useWords(billingWords).invoices;
  return (
    <Table verticalSpacing="sm" aria-label={t.heading}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t.number}</Table.Th>
          {isNamed && <Table.Th visibleFrom="sm">{t.advertiser}</Table.Th>}
          <Table.Th visibleFrom="sm">{t.month}</Table.Th>
          <Table.Th visibleFrom="md">{t.issued}</Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            {t.net}
          </Table.Th>
          <Table.Th ta="right">{t.total}</Table.Th>
          <Table.Th ta="right">{t.files}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {invoices.map((invoice) => (
          <InvoiceRow key={invoice.invoiceId} invoice={invoice} isNamed={isNamed} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface InvoiceRowProps {
  readonly invoice: InvoiceSummary;
  readonly isNamed: boolean;
}

function InvoiceRow({ invoice, isNamed }: InvoiceRowProps) {
  const t = useWords(billingWords).invoices;
  const { day, money, month } = useFormat();
  const { invoiceId, number, kind, netCents, totalCents, issuedOn } = invoice;
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={`/billing/invoices/${invoiceId}`} fw={600}>
          {number}
        </Anchor>
        {kind === "credit_note" && (
          <Text size="xs" c="dimmed">
            {t.creditNote}
          </Text>
        )}
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {month(invoice.month)}
          {isNamed && (
            <>
              {" · "}
              <AdvertiserName advertiserId={invoice.advertiserId} />
            </>
          )}
        </Text>
      </Table.Td>
      {isNamed && (
        <Table.Td visibleFrom="sm">
          <AdvertiserName advertiserId={invoice.advertiserId} />
        </Table.Td>
      )}
      <Table.Td visibleFrom="sm">{month(invoice.month)}</Table.Td>
      <Table.Td visibleFrom="md">{day(issuedOn)}</Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {money(netCents * 10_000)}
      </Table.Td>
      <Table.Td ta="right">{money(totalCents * 10_000)}</Table.Td>
      <Table.Td>
        <Files invoiceId={invoiceId} number={number} />
      </Table.Td>
    </Table.Tr>
  );
}

function AdvertiserName({ advertiserId }: { readonly advertiserId: number }) {
  const t = useWords(billingWords).invoices;
  return useAdvertiserNames().get(advertiserId) ?? t.unnamed(String(advertiserId));
}

interface FilesProps {
  readonly invoiceId: number;
  readonly number: string;
}

/** The invoice as files, which the browser takes with the session's cookie. */
export function Files({ invoiceId, number }: FilesProps) {
  const t = useWords(billingWords).invoices;
  return (
    <Group gap="sm" justify="flex-end" wrap="nowrap">
      <Anchor href={`/v1/invoices/${invoiceId}.pdf`} aria-label={t.pdfOf(number)} download>
        {t.pdf}
      </Anchor>
      <Anchor href={`/v1/invoices/${invoiceId}.csv`} aria-label={t.csvOf(number)} download>
        {t.csv}
      </Anchor>
    </Group>
  );
}
