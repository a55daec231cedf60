import { ArrowTopRightOnSquareIcon } from "@heroicons/react/24/outline";
import { Button, Group, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Payment } from "../../../sdk/src/generated.ts";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { useWrite } from "../api/queries.ts";
import { FormButtons } from "../ui/FormButtons.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useFormProblems } from "../ui/useFormProblems.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { EuroInput, microsOfEuros } from "./EuroInput.tsx";
import { billingWords } from "./words.ts";

interface PayDialogProps {
  readonly opened: boolean;
  readonly advertiserId: number;
  readonly onClose: () => void;
}

/** Orders a payment, then leads to where it is paid. */
export function PayDialog({ opened, advertiserId, onClose }: PayDialogProps) {
  const t = useWords(billingWords).pay;
  return (
    <FormDialog opened={opened} onClose={onClose} title={t.title}>
      <PayForm advertiserId={advertiserId} onClose={onClose} />
    </FormDialog>
  );
}

function PayForm({ advertiserId, onClose }: Omit<PayDialogProps, "opened">) {
  const t = useWords(billingWords).pay;
  const create = useWrite("createPayment", ["listPayments"]);
  const form = useForm<{ readonly euros: number | "" }>({
    initialValues: { euros: 100 },
    validate: { euros: (euros) => ((microsOfEuros(euros) ?? 0) > 0 ? null : t.tooLow) },
  });
  const problems = useFormProblems(form, create.error, { "/netMicros": "euros" });
  const send = form.onSubmit(({ euros }) =>
    create.mutate(
      { input: { advertiserId, body: { netMicros: microsOfEuros(euros) ?? 0 } } },
      { onError: problems.onError },
    ),
  );
  if (create.data !== undefined) return <Checkout payment={create.data} onClose={onClose} />;
  const isAway = problems.error instanceof AtelierProblem && problems.error.status === 503;
  return (
    <form noValidate onSubmit={send}>
      <Stack>
        {problems.error !== null &&
          (isAway ? (
            <Text size="sm" role="alert">
              {t.away}
            </Text>
          ) : (
            <ProblemNotice error={problems.error} />
          ))}
        <EuroInput {...form.getInputProps("euros")} label={t.amount} description={t.hint} isFirst />
        <FormButtons action={t.go} isPending={create.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

interface CheckoutProps {
  readonly payment: Payment;
  readonly onClose: () => void;
}

function Checkout({ payment: { totalCents, vatCents, checkoutUrl }, onClose }: CheckoutProps) {
  const t = useWords(billingWords).pay;
  const { close } = useWords(uiWords);
  const { money } = useFormat();
  const total = money(totalCents * 10_000);
  return (
    <Stack>
      <Text fw={600} role="status">
        {t.ready(total, money(vatCents * 10_000))}
      </Text>
      <Text size="sm">{t.readyText}</Text>
      <Group justify="flex-end" mt="sm">
        <Button variant="default" onClick={onClose}>
          {close}
        </Button>
        {checkoutUrl !== null && (
          <Button
            component="a"
            href={checkoutUrl}
            target="_blank"
            rel="noopener noreferrer"
            rightSection={<ArrowTopRightOnSquareIcon width={18} aria-hidden />}
            onClick={onClose}
            data-autofocus
          >
            {t.checkout(total)}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
