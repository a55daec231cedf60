import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useAccountHolder } from "../api/accountHolder.ts";
import { useMay } from "../api/session.ts";
import { OfOneAdvertiser } from "../ui/OfOneAdvertiser.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { useWords } from "../words/language.ts";
import { AccountSection } from "./AccountSection.tsx";
import { CloseMonthDialog } from "./CloseMonthDialog.tsx";
import { DetailsSection } from "./DetailsSection.tsx";
import { InvoicesSection } from "./InvoicesSection.tsx";
import { PaymentsSection } from "./PaymentsSection.tsx";
import { billingWords } from "./words.ts";

/** The account of the advertiser that the console is narrowed to (or of the only one), and its invoices or all. */
export function BillingPage() {
  const t = useWords(billingWords);
  const holder = useAccountHolder();
  const { advertiser } = holder;
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={advertiser === null ? t.subtitle : t.of(advertiser.name)}
        actions={<CloseMonth />}
      />
      <OfOneAdvertiser holder={holder} label={t.choose} hint={t.chooseHint}>
        {(chosen) => (
          <>
            {chosen !== null && (
              <>
                <AccountSection advertiserId={chosen.advertiserId} />
                <PaymentsSection advertiserId={chosen.advertiserId} />
                <DetailsSection advertiserId={chosen.advertiserId} />
              </>
            )}
            <InvoicesSection key={chosen?.advertiserId ?? 0} advertiser={chosen} />
          </>
        )}
      </OfOneAdvertiser>
    </>
  );
}

/** Months are closed by the operator. */
function CloseMonth() {
  const t = useWords(billingWords).close;
  const [isOpen, { open, close }] = useDisclosure();
  if (!useMay("platform")) return null;
  return (
    <>
      <Button variant="default" onClick={open}>
        {t.open}
      </Button>
      <CloseMonthDialog opened={isOpen} onClose={close} />
    </>
  );
}
