import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { BillingDetails } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { useMay } from "../api/session.ts";
import { Section } from "../ui/Section.tsx";
import { LoadingRows, QueryState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import classes from "./billing.module.css";
import { DetailsDialog } from "./DetailsDialog.tsx";
import { billingWords } from "./words.ts";

/** Who pays and where, as invoices name them. */
export function DetailsSection({ advertiserId }: { readonly advertiserId: number }) {
  const t = useWords(billingWords).account;
  const [isOpen, { open, close }] = useDisclosure();
  const query = useQuery(queryOf("readAccount", { advertiserId }));
  const mayWrite = useMay("campaigns:write");
  const details = query.data?.billingDetails ?? null;
  return (
    <Section
      title={t.details}
      actions={
        mayWrite &&
        query.data && (
          <Button variant="default" onClick={open}>
            {details === null ? t.addDetails : t.changeDetails}
          </Button>
        )
      }
    >
      <QueryState query={query} loading={<LoadingRows rows={1} height={72} />}>
        {() =>
          details === null ? <Text c="dimmed">{t.noDetails}</Text> : <Address details={details} />
        }
      </QueryState>
      <DetailsDialog
        opened={isOpen}
        advertiserId={advertiserId}
        details={details}
        onClose={close}
      />
    </Section>
  );
}

function Address({ details }: { readonly details: BillingDetails }) {
  const t = useWords(billingWords).account;
  const { legalName, addressLines, postalCode, city, siren, vatNumber } = details;
  const lines = [
    ...addressLines,
    `${postalCode} ${city}`,
    ...(siren === null ? [] : [t.siren(siren)]),
    ...(vatNumber === null ? [] : [t.vat(vatNumber)]),
  ];
  return (
    <address className={classes.address}>
      <strong>{legalName}</strong>
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </address>
  );
}
