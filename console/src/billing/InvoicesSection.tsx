import { DocumentTextIcon } from "@heroicons/react/24/outline";
import { Anchor, Group, Select, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { InvoiceSummary } from "../../../sdk/src/generated.ts";
import type { ChosenAdvertiser } from "../api/advertiser.ts";
import { everyOf } from "../api/queries.ts";
import { useAdvertiserNames } from "../campaigns/useAdvertiserNames.ts";
import { Section } from "../ui/Section.tsx";
import { EmptyState, LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import classes from "./billing.module.css";
import { lastMonths } from "./months.ts";
import { billingWords } from "./words.ts";

interface InvoicesSectionProps {
  /** Null = of all that one may see. */
  readonly advertiser: ChosenAdvertiser | null;
}

/** Of one advertiser all, the latest first; of all advertisers those of a month, by number. */
export function InvoicesSection({ advertiser }: InvoicesSectionProps) {
  const t = useWords(billingWords).invoices;
  const [month, setMonth] = useState(() => lastMonths(new Date(), 2)[1] ?? "");
  const of = advertiser === null ? { month } : { advertiserId: advertiser.advertiserId };
  const query = useQuery(everyOf("listInvoices", { ...of, limit: 200 }, mostInvoices));
  const items = query.data ?? [];
  return (
    <Section
      title={t.heading}
      text={t.text}
      actions={advertiser === null && <MonthSelect month={month} onChange={setMonth} />}
    >
      {query.isPending && <LoadingRows rows={3} />}
      {query.isError && <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && (
        <EmptyState
          icon={<DocumentTextIcon />}
          title={advertiser === null ? t.noneOfMonth : t.none}
          text={t.noneText}
        />
      )}
      {items.length > 0 && (
        <InvoicesTable
          invoices={advertiser === null ? items : items.toReversed()}
          isNamed={advertiser === null}
        />
      )}
      {items.length >= mostInvoices && (
        <Text size="sm" c="dimmed">
          {t.cut}
        </Text>
      )}
    </Section>
  );
}

/** What is drawn of a month; an operator's month may have more. */
const mostInvoices = 600;

interface MonthSelectProps {
  readonly month: string;
  readonly onChange: (month: string) => void;
}

function MonthSelect({ month, onChange }: MonthSelectProps) {
  const t = useWords(billingWords).invoices;
  const format = useFormat();
  return (
    <Select
      aria-label={t.month}
      value={month}
      allowDeselect={false}
      onChange={(value) => onChange(value ?? month)}
      data={lastMonths(new Date(), 36).map((one) => ({ value: one, label: format.month(one) }))}
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
          {!isNamed && <Table.Th visibleFrom="sm">{t.month}</Table.Th>}
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
        <Anchor
          component={Link}
          to={`/billing/invoices/${invoiceId}`}
          fw={600}
          className={classes.number}
        >
          {number}
        </Anchor>
        {kind === "credit_note" && (
          <Text size="xs" c="dimmed">
            {t.creditNote}
          </Text>
        )}
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {isNamed ? <AdvertiserName advertiserId={invoice.advertiserId} /> : month(invoice.month)}
        </Text>
      </Table.Td>
      {isNamed && (
        <Table.Td visibleFrom="sm">
          <AdvertiserName advertiserId={invoice.advertiserId} />
        </Table.Td>
      )}
      {!isNamed && <Table.Td visibleFrom="sm">{month(invoice.month)}</Table.Td>}
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
