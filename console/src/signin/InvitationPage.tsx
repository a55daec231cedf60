import { Alert, Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLocation, useNavigate } from "react-router";
import { apiOnce } from "../api/client.ts";
import { fieldErrorsOf, problemSentence } from "../ui/problemWords.ts";
import { toastDone } from "../ui/toasts.ts";
import { useLanguage, useWords } from "../words/language.ts";
import { Welcome } from "./Welcome.tsx";
import { signInWords } from "./words.ts";

/** `/console/invitation#TOKEN`: behind the #, the token is in no server's log. */
export function Component() {
  const t = useWords(signInWords).invitation;
  const token = useLocation().hash.slice(1);
  useEffect(() => {
    document.title = `${t.title} · Atelier`;
  }, [t.title]);
  return (
    <Welcome title={t.title}>
      {token === "" ? <Alert color="yellow">{t.missing}</Alert> : <PasswordForm token={token} />}
    </Welcome>
  );
}

function PasswordForm({ token }: { readonly token: string }) {
  const t = useWords(signInWords).invitation;
  const form = useForm({
    initialValues: { password: "", again: "" },
    validate: {
      again: (value, { password }) => (value === password ? null : t.different),
    },
  });
  const accept = useAccept(token, (fields) => form.setErrors(fields));
  return (
    <form noValidate onSubmit={form.onSubmit(({ password }) => accept.mutate(password))}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t.text}
        </Text>
        {accept.notice !== null && (
          <Alert color="red" variant="light" role="alert">
            {accept.notice}
          </Alert>
        )}
        <PasswordInput
          {...form.getInputProps("password")}
          label={t.password}
          autoComplete="new-password"
          size="md"
        />
        <PasswordInput
          {...form.getInputProps("again")}
          label={t.again}
          autoComplete="new-password"
          size="md"
        />
        <Button type="submit" size="md" loading={accept.isPending}>
          {t.submit}
        </Button>
      </Stack>
    </form>
  );
}

/** Sets the password; what is wrong with it stands beside its field, all else in a notice. */
function useAccept(token: string, showErrors: (fields: Readonly<Record<string, string>>) => void) {
  const t = useWords(signInWords).invitation;
  const language = useLanguage();
  const navigate = useNavigate();
  const accept = useMutation({
    mutationFn: (password: string) => apiOnce.acceptInvitation({ body: { token, password } }),
    onSuccess: async () => {
      toastDone(t.done);
      await navigate("/sign-in", { replace: true });
    },
    onError: (error) => {
      const { fields } = fieldErrorsOf(error, { "/password": "password" }, language);
      showErrors("password" in fields ? { password: t.weak } : {});
    },
  });
  const { fields, rest } = fieldErrorsOf(
    accept.error,
    { "/password": "password", "/token": "token" },
    language,
  );
  const told = fields.token ?? rest[0] ?? problemSentence(accept.error, language);
  const isBeside = Object.keys(fields).join() === "password" && rest.length === 0;
  return { ...accept, notice: accept.isError && !isBeside ? told : null };
}
