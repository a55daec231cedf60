import { Anchor, List, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { queryOf } from "../../api/queries.ts";
import { Section } from "../../ui/Section.tsx";
import { QueryState } from "../../ui/states.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import classes from "../campaign.module.css";
import type { Campaign } from "../types.ts";
import { editWords } from "../words.ts";

/** The last entries of the ledger, and the advertiser's invoices. */
export function MoneySections({ campaign }: { readonly campaign: Campaign }) {
  return (
    <div className={classes.columns}>
      <Ledger campaignId={campaign.campaignId} />
      <Invoices advertiserId={campaign.advertiserId} />
    </div>
  );
}

function Ledger({ campaignId }: { readonly campaignId: number }) {
  const t = useWords(editWords).money;
  const { dateTime, price } = useFormat();
  const query = useQuery(queryOf("listLedgerEntries", { campaignId, limit: 10 }));
  return (
    <Section title={t.ledger}>
      <QueryState query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Text c="dimmed">{t.noLedger}</Text>
          ) : (
            <Table aria-label={t.ledger}>
              <Table.Tbody>
                {items.map(({ entryId, occurredAt, kind, amountMicros, unchargedReason }) => (
                  <Table.Tr key={entryId}>
                    <Table.Td>{dateTime(occurredAt)}</Table.Td>
                    <Table.Td>{t.kinds[kind]}</Table.Td>
                    <Table.Td ta="right">
                      {unchargedReason === null ? price(amountMicros) : t.uncharged}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </QueryState>
    </Section>
  );
}

function Invoices({ advertiserId }: { readonly advertiserId: number }) {
  const t = useWords(editWords).money;
  const { day, money } = useFormat();
  const query = useQuery(queryOf("listInvoices", { advertiserId, limit: 12 }));
  return (
    <Section title={t.invoices}>
      <QueryState query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Text c="dimmed">{t.noInvoices}</Text>
          ) : (
            <List>
              {items.map(({ invoiceId, number, issuedOn, totalCents }) => (
                <List.Item key={invoiceId}>
                  <Anchor href={`/v1/invoices/${invoiceId}.pdf`}>{t.pdf(number)}</Anchor> ·{" "}
                  {day(issuedOn)} · {money(totalCents * 10_000)}
                </List.Item>
              ))}
            </List>
          )
        }
      </QueryState>
    </Section>
  );
}
