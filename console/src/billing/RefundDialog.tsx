import { Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import type { Payment, Refund } from "../../../sdk/src/generated.ts";
import { newKey } from "../api/client.ts";
import { useWrite } from "../api/queries.ts";
import { FormButtons } from "../ui/FormButtons.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { toastDone } from "../ui/toasts.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useFormProblems } from "../ui/useFormProblems.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { EuroInput, microsOfEuros } from "./EuroInput.tsx";
import { billingWords } from "./words.ts";

interface RefundDialogProps {
  /** Null = closed. */
  readonly payment: Payment | null;
  readonly onClose: () => void;
}

/** Gives back a part of a payment, or all of it that is not spent. */
export function RefundDialog({ payment, onClose }: RefundDialogProps) {
  const t = useWords(billingWords).refund;
  return (
    <FormDialog opened={payment !== null} onClose={onClose} title={t.title}>
      {payment !== null && <RefundForm payment={payment} onClose={onClose} />}
    </FormDialog>
  );
}

const pointers = { "/netMicros": "euros", "/reason": "reason" } as const;

interface RefundFormProps {
  readonly payment: Payment;
  readonly onClose: () => void;
}

function RefundForm({ payment, onClose }: RefundFormProps) {
  const t = useWords(billingWords).refund;
  const { required } = useWords(uiWords).rules;
  const { money } = useFormat();
  const most = payment.netMicros - payment.refundedMicros;
  const form = useForm<{ readonly euros: number | ""; readonly reason: string }>({
    initialValues: { euros: most / 1_000_000, reason: "" },
    validate: {
      euros: (euros) => ((microsOfEuros(euros) ?? 0) > 0 ? null : required),
      reason: (reason) => (reason.trim() === "" ? required : null),
    },
  });
  const { give, isPending, error } = useRefund(form, payment.paymentId, onClose);
  return (
    <form noValidate onSubmit={form.onSubmit(give)}>
      <Stack>
        {error !== null && <ProblemNotice error={error} />}
        <EuroInput
          {...form.getInputProps("euros")}
          label={t.amount}
          description={t.hint(money(most))}
          isFirst
        />
        <TextInput
          {...form.getInputProps("reason")}
          label={t.reason}
          description={t.reasonHint}
          maxLength={300}
        />
        <FormButtons action={t.go} isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

/** One form gives back once, however often it is sent: its key stays. */
function useRefund(
  form: Parameters<typeof useFormProblems>[0],
  paymentId: number,
  onClose: () => void,
) {
  const t = useWords(billingWords).refund;
  const { money } = useFormat();
  const [refundKey] = useState(newKey);
  const refund = useWrite("refundPayment", ["listPayments", "readAccount"]);
  const problems = useFormProblems(form, refund.error, pointers);
  const tell = ({ status, netMicros }: Refund) => {
    if (status === "done") toastDone(t.done(money(netMicros)));
    else toastDone(t[status]);
    onClose();
  };
  return {
    isPending: refund.isPending,
    error: problems.error,
    give({ euros, reason }: { readonly euros: number | ""; readonly reason: string }) {
      const body = { refundKey, netMicros: microsOfEuros(euros) ?? 0, reason: reason.trim() };
      refund.mutate({ input: { paymentId, body } }, { onError: problems.onError, onSuccess: tell });
    },
  };
}
