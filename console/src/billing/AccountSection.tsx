import { Alert, Button, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { Account } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { useMay } from "../api/session.ts";
import { Section } from "../ui/Section.tsx";
import { LoadingRows, QueryState } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import classes from "./billing.module.css";
import { CreditDialog } from "./CreditDialog.tsx";
import { PayDialog } from "./PayDialog.tsx";
import { billingWords } from "./words.ts";

/** What may still be spent, and of what it is made. Read again every half minute: it moves as ads are shown. */
export function AccountSection({ advertiserId }: { readonly advertiserId: number }) {
  const t = useWords(billingWords).account;
  const query = useQuery({
    ...queryOf("readAccount", { advertiserId }),
    refetchInterval: 30_000,
  });
  return (
    <Section title={t.heading} actions={query.data && <Actions account={query.data} />}>
      <QueryState query={query} loading={<LoadingRows rows={1} height={92} />}>
        {(account) => <Balance account={account} />}
      </QueryState>
    </Section>
  );
}

function Balance({ account }: { readonly account: Account }) {
  const t = useWords(billingWords).account;
  const { money } = useFormat();
  const { availableMicros, paidInMicros, spentMicros, creditLimitMicros } = account;
  const credit =
    creditLimitMicros === null
      ? t.unlimited
      : creditLimitMicros === 0
        ? t.noCredit
        : money(creditLimitMicros);
  return (
    <>
      {availableMicros !== null && availableMicros <= 0 && (
        <Alert color="yellow" variant="light" role="status">
          {t.low}
        </Alert>
      )}
      <dl className={classes.sums} data-figures>
        <Sum
          label={t.available}
          value={availableMicros === null ? t.unlimited : money(availableMicros)}
          isMain
        />
        <Sum label={t.paidIn} value={money(paidInMicros)} />
        <Sum label={t.spent} value={money(spentMicros)} />
        <Sum label={t.credit} value={credit} />
      </dl>
    </>
  );
}

interface SumProps {
  readonly label: string;
  readonly value: string;
  readonly isMain?: boolean;
}

function Sum({ label, value, isMain = false }: SumProps) {
  return (
    <div className={classes.sum} data-main={isMain}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Whoever writes campaigns pays in; the operator's administrators set how much may be owed. */
function Actions({ account }: { readonly account: Account }) {
  const t = useWords(billingWords).account;
  const [isPaying, paying] = useDisclosure();
  const [isCrediting, crediting] = useDisclosure();
  const mayPay = useMay("campaigns:write");
  const mayCredit = useMay("platform");
  const { advertiserId } = account;
  return (
    <Group gap="sm">
      {mayCredit && (
        <Button variant="default" onClick={crediting.open}>
          {t.changeCredit}
        </Button>
      )}
      {mayPay && <Button onClick={paying.open}>{t.pay}</Button>}
      <PayDialog opened={isPaying} advertiserId={advertiserId} onClose={paying.close} />
      <CreditDialog opened={isCrediting} account={account} onClose={crediting.close} />
    </Group>
  );
}
