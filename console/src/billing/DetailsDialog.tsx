import { Group, Stack, Textarea, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import type { BillingDetails } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { FormButtons } from "../ui/FormButtons.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { toastDone } from "../ui/toasts.ts";
import { useFormProblems } from "../ui/useFormProblems.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { bodyOf, type DetailsValues, detailsPointers, linesOf, valuesOf } from "./detailsForm.ts";
import { billingWords } from "./words.ts";

interface DetailsDialogProps {
  readonly opened: boolean;
  readonly advertiserId: number;
  readonly details: BillingDetails | null;
  readonly onClose: () => void;
}

/** Who pays and where. */
export function DetailsDialog({ opened, onClose, ...rest }: DetailsDialogProps) {
  const t = useWords(billingWords).details;
  return (
    <FormDialog opened={opened} onClose={onClose} title={t.title}>
      <DetailsForm {...rest} onClose={onClose} />
    </FormDialog>
  );
}

function DetailsForm({ advertiserId, details, onClose }: Omit<DetailsDialogProps, "opened">) {
  const t = useWords(billingWords).details;
  const { required } = useWords(uiWords).rules;
  const write = useWrite("writeBillingDetails", ["readAccount"]);
  const needed = (value: string) => (value.trim() === "" ? required : null);
  const form = useForm<DetailsValues>({
    initialValues: valuesOf(details),
    validate: {
      legalName: needed,
      postalCode: needed,
      city: needed,
      address: (value) => ([1, 2, 3].includes(linesOf(value).length) ? null : t.lines),
    },
  });
  const problems = useFormProblems(form, write.error, detailsPointers);
  const save = form.onSubmit((values) =>
    write.mutate(
      { input: { advertiserId, body: bodyOf(values) } },
      {
        onError: problems.onError,
        onSuccess: () => {
          toastDone(t.done);
          onClose();
        },
      },
    ),
  );
  return (
    <form noValidate onSubmit={save}>
      <Stack>
        {problems.error !== null && <ProblemNotice error={problems.error} />}
        <DetailsFields form={form} />
        <FormButtons action={t.go} isPending={write.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

function DetailsFields({ form }: { readonly form: UseFormReturnType<DetailsValues> }) {
  const t = useWords(billingWords).details;
  const props = form.getInputProps;
  return (
    <>
      <TextInput
        {...props("legalName")}
        label={t.legalName}
        autoComplete="organization"
        maxLength={200}
        data-autofocus
      />
      <Textarea
        {...props("address")}
        label={t.address}
        description={t.addressHint}
        autoComplete="street-address"
        autosize
        minRows={2}
        maxRows={3}
        maxLength={310}
      />
      <Group align="flex-start" wrap="nowrap">
        <TextInput
          {...props("postalCode")}
          label={t.postalCode}
          autoComplete="postal-code"
          inputMode="numeric"
          maxLength={10}
          w={130}
        />
        <TextInput
          {...props("city")}
          label={t.city}
          autoComplete="address-level2"
          maxLength={100}
          flex={1}
        />
      </Group>
      <TextInput {...props("siren")} label={t.siren} description={t.sirenHint} maxLength={20} />
      <TextInput {...props("vatNumber")} label={t.vat} description={t.vatHint} maxLength={20} />
    </>
  );
}
