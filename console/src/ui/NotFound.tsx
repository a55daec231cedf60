import { Anchor, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { shellWords } from "../app/shellWords.ts";
import { useWords } from "../words/language.ts";

export function NotFound() {
  const t = useWords(shellWords).notFound;
  return (
    <>
      <Title order={1}>{t.title}</Title>
      <Text>{t.text}</Text>
      <Anchor component={Link} to="/campaigns">
        {t.back}
      </Anchor>
    </>
  );
}
