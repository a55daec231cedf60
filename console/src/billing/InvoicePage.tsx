import { Anchor, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import type { Invoice } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Section } from "../ui/Section.tsx";
import { QueryState } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import classes from "./billing.module.css";
import { InvoiceLines } from "./InvoiceLines.tsx";
import { Files } from "./InvoicesSection.tsx";
import { billingWords } from "./words.ts";

/** One invoice, as its PDF says it. */
export function InvoicePage() {
  const t = useWords(billingWords);
  const invoiceId = Number(useParams().invoiceId);
  const query = useQuery(queryOf("readInvoice", { invoiceId }));
  const { data } = query;
  return (
    <>
      <Anchor component={Link} to="/billing" size="sm">
        ← {t.invoice.back}
      </Anchor>
      <PageHeader
        title={titleOf(data, t)}
        subtitle={data && <About invoice={data} />}
        actions={data && <Files invoiceId={invoiceId} number={data.number} />}
      />
      <QueryState query={query}>
        {(invoice) => (
          <Stack gap={32}>
            <Buyer invoice={invoice} />
            <Section title={t.invoice.lines}>
              <InvoiceLines lines={invoice.lines} />
            </Section>
            <Section title={t.invoice.sums}>
              <Totals invoice={invoice} />
            </Section>
          </Stack>
        )}
      </QueryState>
    </>
  );
}

/** While it is read, the page is that of all invoices. */
function titleOf(invoice: Invoice | undefined, t: (typeof billingWords)["fr"]): string {
  if (invoice === undefined) return t.invoices.heading;
  const { kind, number } = invoice;
  return kind === "credit_note" ? t.invoice.creditNote(number) : t.invoice.invoice(number);
}

function About({ invoice: { month, issuedOn } }: { readonly invoice: Invoice }) {
  const t = useWords(billingWords).invoice;
  const format = useFormat();
  return t.about(format.month(month), format.day(issuedOn));
}

function Buyer({ invoice: { buyerName, mandatary, corrects } }: { readonly invoice: Invoice }) {
  const t = useWords(billingWords).invoice;
  const format = useFormat();
  return (
    <div>
      <Text size="sm" c="dimmed">
        {t.buyer}
      </Text>
      <Text fw={600}>{buyerName}</Text>
      {mandatary !== null && <Text size="sm">{t.mandatary(mandatary)}</Text>}
      {corrects.length > 0 && <Text size="sm">{t.corrects(format.list(corrects))}</Text>}
    </div>
  );
}

/** From the ledger's exact sum to what is due. */
function Totals({ invoice }: { readonly invoice: Invoice }) {
  const t = useWords(billingWords).invoice;
  const { money, price, percent } = useFormat();
  const cents = (amount: number) => money(amount * 10_000);
  const { carriedInMicros, carriedOutMicros, vatBasisPoints } = invoice;
  const sums: readonly (readonly [string, string])[] = [
    ...(carriedInMicros === 0 ? [] : [[t.carriedIn, price(carriedInMicros)] as const]),
    ...(carriedOutMicros === 0 ? [] : [[t.carriedOut, price(carriedOutMicros)] as const]),
    [t.net, cents(invoice.netCents)],
    [t.vat(percent(vatBasisPoints / 10_000)), cents(invoice.vatCents)],
  ];
  const last: readonly (readonly [string, string])[] = [
    [t.total, cents(invoice.totalCents)],
    [t.prepaid, cents(invoice.prepaidCents)],
    [t.due, cents(invoice.dueCents)],
  ];
  return (
    <dl className={classes.totals} data-figures>
      {[...sums, ...last].map(([label, amount]) => (
        <SumLine key={label} label={label} amount={amount} isStrong={label === t.total} />
      ))}
    </dl>
  );
}

interface SumLineProps {
  readonly label: string;
  readonly amount: string;
  readonly isStrong: boolean;
}

function SumLine({ label, amount, isStrong }: SumLineProps) {
  const strong = isStrong ? classes.strong : undefined;
  return (
    <>
      <dt className={strong}>{label}</dt>
      <dd className={strong}>{amount}</dd>
    </>
  );
}
