import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { apiOnce } from "../api/client.ts";
import { setSessionExpired } from "../api/expiry.ts";
import { meQuery } from "../api/session.ts";
import { problemSentence } from "../ui/problemWords.ts";
import type { Language } from "../words/dictionary.ts";
import { useLanguage, useWords } from "../words/language.ts";
import { signInWords } from "./words.ts";

interface SignInFormProps {
  readonly email: string;
  readonly password?: string;
  readonly onSignedIn: (userId: number) => void;
}

/** Address and password. Answers once the session is there and who it is has been read. */
export function SignInForm({ email, password = "", onSignedIn }: SignInFormProps) {
  const t = useWords(signInWords);
  const language = useLanguage();
  const signIn = useSignIn(onSignedIn);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email, password },
    validate: {
      email: (value) => (value.trim() === "" ? t.emailMissing : null),
      password: (value) => (value === "" ? t.passwordMissing : null),
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      <Stack gap="md">
        {signIn.isError && (
          <Alert color="red" variant="light" role="alert">
            {signInSentence(signIn.error, language)}
          </Alert>
        )}
        <TextInput
          {...form.getInputProps("email")}
          label={t.email}
          type="email"
          autoComplete="username"
          inputMode="email"
          size="md"
          data-autofocus={email === ""}
        />
        <PasswordInput
          {...form.getInputProps("password")}
          label={t.password}
          autoComplete="current-password"
          size="md"
          data-autofocus={email !== ""}
        />
        <Button type="submit" size="md" loading={signIn.isPending} fullWidth>
          {t.submit}
        </Button>
      </Stack>
    </form>
  );
}

/** Signs in and reads who that is; every page may go on from there. */
export function useSignIn(onSignedIn: (userId: number) => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({
      email,
      password,
    }: {
      readonly email: string;
      readonly password: string;
    }) => {
      const { user } = await apiOnce.logIn({ body: { email: email.trim(), password } });
      await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
      return user.userId;
    },
    onSuccess: (userId) => {
      setSessionExpired(false);
      onSignedIn(userId);
    },
  });
}

/** Why nobody was signed in. */
export function signInSentence(error: unknown, language: Language): string {
  const words = signInWords[language];
  if (!(error instanceof AtelierProblem)) return problemSentence(error, language);
  if (error.status === 401 || error.code === "invalid_body") return words.wrong;
  if (error.status === 429) return words.tooMany;
  return problemSentence(error, language);
}
