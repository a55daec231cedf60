import { Alert, Text, UnstyledButton } from "@mantine/core";
import type { DemoPerson } from "../app/settings.ts";
import { useLanguage, useWords } from "../words/language.ts";
import { signInSentence, useSignIn } from "./SignInForm.tsx";
import classes from "./Welcome.module.css";
import { signInWords } from "./words.ts";

interface DemoPeopleProps {
  readonly people: readonly DemoPerson[];
  readonly onSignedIn: () => void;
}

/** Whom the embedded start has made: one click signs in as one of them. */
export function DemoPeople({ people, onSignedIn }: DemoPeopleProps) {
  const t = useWords(signInWords).demo;
  const language = useLanguage();
  const signIn = useSignIn(onSignedIn);
  const names: Readonly<Record<string, string>> = t.people;
  return (
    <section className={classes.demo} aria-labelledby="demo-title">
      <Text id="demo-title" fw={600} size="sm">
        {t.title}
      </Text>
      <Text size="xs" c="dimmed">
        {t.text}
      </Text>
      {signIn.isError && (
        <Alert color="red" variant="light" role="alert" mt="sm">
          {signInSentence(signIn.error, language)}
        </Alert>
      )}
      <ul className={classes.people}>
        {people.map((person) => (
          <li key={person.email}>
            <UnstyledButton
              className={classes.person}
              disabled={signIn.isPending}
              onClick={() => signIn.mutate(person)}
            >
              <span>{names[person.who] ?? person.who}</span>
              <Text component="span" size="xs" c="dimmed" aria-hidden>
                →
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
