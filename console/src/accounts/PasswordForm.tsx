import { Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { apiOnce } from "../api/client.ts";
import { useMe } from "../api/session.ts";
import { fieldErrorsOf } from "../ui/problemWords.ts";
import { ProblemNotice } from "../ui/states.tsx";
import { toastDone } from "../ui/toasts.ts";
import { uiWords } from "../ui/words.ts";
import { useLanguage, useWords } from "../words/language.ts";
import { accountsWords } from "./words.ts";

const pointers = { "/currentPassword": "currentPassword", "/newPassword": "newPassword" } as const;

/** Another password, for who knows the present one. */
export function PasswordForm() {
  const t = useWords(accountsWords).profile;
  const language = useLanguage();
  const required = useWords(uiWords).rules.required;
  const form = useForm({
    initialValues: { currentPassword: "", newPassword: "" },
    validate: {
      currentPassword: (value) => (value === "" ? required : null),
      newPassword: (value) => (value === "" ? required : null),
    },
  });
  const change = useMutation({
    mutationFn: (body: typeof form.values) => apiOnce.changePassword({ body }),
    onSuccess: () => {
      form.reset();
      toastDone(t.changed);
    },
    onError: (error) => {
      const { fields } = fieldErrorsOf(error, pointers, language);
      form.setErrors("newPassword" in fields ? { ...fields, newPassword: t.weak } : fields);
    },
  });
  const isBeside = Object.keys(fieldErrorsOf(change.error, pointers, language).fields).length > 0;
  return (
    <form noValidate onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t.passwordText}
        </Text>
        {change.isError && !isBeside && <ProblemNotice error={change.error} />}
        {/* Password managers look for whose password it is. */}
        <input type="hidden" autoComplete="username" value={useMe().user?.email ?? ""} readOnly />
        <PasswordInput
          {...form.getInputProps("currentPassword")}
          label={t.current}
          autoComplete="current-password"
        />
        <PasswordInput
          {...form.getInputProps("newPassword")}
          label={t.next}
          autoComplete="new-password"
        />
        <Button type="submit" variant="default" loading={change.isPending}>
          {t.change}
        </Button>
      </Stack>
    </form>
  );
}
