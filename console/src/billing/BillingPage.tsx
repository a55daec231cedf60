import { Button, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type ChosenAdvertiser, useAdvertiser } from "../api/advertiser.ts";
import { queryOf } from "../api/queries.ts";
import { useMay } from "../api/session.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { AccountSection } from "./AccountSection.tsx";
import { AdvertiserSearch } from "./AdvertiserSearch.tsx";
import { CloseMonthDialog } from "./CloseMonthDialog.tsx";
import { DetailsSection } from "./DetailsSection.tsx";
import { InvoicesSection } from "./InvoicesSection.tsx";
import { PaymentsSection } from "./PaymentsSection.tsx";
import { billingWords } from "./words.ts";

/** The account of the advertiser that the console is narrowed to (or of the only one), and its invoices or all. */
export function BillingPage() {
  const t = useWords(billingWords);
  const { advertiser, isAlone, isPending, error, retry } = useAccountHolder();
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={advertiser === null ? t.subtitle : t.of(advertiser.name)}
        actions={<CloseMonth />}
      />
      {isPending && <LoadingRows />}
      {error !== null && <ProblemNotice error={error} onRetry={retry} />}
      {!isPending && error === null && (
        <Stack gap={48}>
          {!isAlone && <Chooser advertiser={advertiser} />}
          {advertiser !== null && (
            <>
              <AccountSection advertiserId={advertiser.advertiserId} />
              <PaymentsSection advertiserId={advertiser.advertiserId} />
              <DetailsSection advertiserId={advertiser.advertiserId} />
            </>
          )}
          <InvoicesSection key={advertiser?.advertiserId ?? 0} advertiser={advertiser} />
        </Stack>
      )}
    </>
  );
}

/** Whose account is shown. Who has one advertiser alone is not asked. */
function useAccountHolder() {
  const { advertiser: chosen } = useAdvertiser();
  const first = useQuery({
    ...queryOf("listAdvertisers", { limit: 2, fields: "advertiserId,name" }),
    staleTime: 5 * 60_000,
  });
  const items = first.data?.items ?? [];
  const [only] = items;
  const isAlone = items.length === 1;
  const advertiser: ChosenAdvertiser | null =
    isAlone && only !== undefined
      ? { advertiserId: only.advertiserId ?? 0, name: only.name ?? "" }
      : chosen;
  return {
    advertiser,
    isAlone,
    isPending: first.isPending,
    error: first.isError ? first.error : null,
    retry: () => void first.refetch(),
  };
}

function Chooser({ advertiser }: { readonly advertiser: ChosenAdvertiser | null }) {
  const t = useWords(billingWords);
  const { choose } = useAdvertiser();
  return (
    <Stack gap="xs" maw={420}>
      <AdvertiserSearch value={advertiser} onChange={choose} />
      {advertiser === null && (
        <Text size="sm" c="dimmed">
          {t.chooseHint}
        </Text>
      )}
    </Stack>
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
