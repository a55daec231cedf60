import { Stack, Switch, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Account } from "../../../sdk/src/generated.ts";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { useWrite } from "../api/queries.ts";
import { FormButtons } from "../ui/FormButtons.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { toastDone } from "../ui/toasts.ts";
import { useFormProblems } from "../ui/useFormProblems.ts";
import { useWords } from "../words/language.ts";
import { EuroInput, microsOfEuros } from "./EuroInput.tsx";
import { billingWords } from "./words.ts";

interface CreditDialogProps {
  readonly opened: boolean;
  readonly account: Account;
  readonly onClose: () => void;
}

/** How much an advertiser may owe: of the operator. */
export function CreditDialog({ opened, account, onClose }: CreditDialogProps) {
  const t = useWords(billingWords).credit;
  return (
    <FormDialog opened={opened} onClose={onClose} title={t.title}>
      <CreditForm account={account} onClose={onClose} />
    </FormDialog>
  );
}

interface CreditValues {
  readonly isUnlimited: boolean;
  readonly euros: number | "";
}

function CreditForm({ account, onClose }: Omit<CreditDialogProps, "opened">) {
  const t = useWords(billingWords).credit;
  const { advertiserId, creditLimitMicros } = account;
  const write = useWrite("setCreditLimit", ["readAccount", "listAdvertisers"]);
  const form = useForm<CreditValues>({
    initialValues: {
      isUnlimited: creditLimitMicros === null,
      euros: (creditLimitMicros ?? 0) / 1_000_000,
    },
  });
  const problems = useFormProblems(form, write.error, { "/creditLimitMicros": "euros" });
  const isTooMuch = write.error instanceof AtelierProblem && write.error.code === "conflict";
  const save = form.onSubmit(({ isUnlimited, euros }) => {
    const limit = isUnlimited ? null : (microsOfEuros(euros) ?? 0);
    write.mutate(
      { input: { advertiserId, body: { creditLimitMicros: limit } } },
      {
        onError: problems.onError,
        onSuccess: () => {
          toastDone(t.done);
          onClose();
        },
      },
    );
  });
  return (
    <form noValidate onSubmit={save}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t.text}
        </Text>
        {isTooMuch && (
          <Text size="sm" c="red" role="alert">
            {t.tooMuch}
          </Text>
        )}
        {!isTooMuch && problems.error !== null && <ProblemNotice error={problems.error} />}
        <Switch
          {...form.getInputProps("isUnlimited", { type: "checkbox" })}
          label={t.unlimited}
          data-autofocus
        />
        {!form.values.isUnlimited && (
          <EuroInput {...form.getInputProps("euros")} label={t.amount} />
        )}
        <FormButtons action={t.go} isPending={write.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
