import { Text } from "@mantine/core";
import { shellWords } from "../app/shellWords.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { useWords } from "../words/language.ts";

export function Component() {
  const t = useWords(shellWords);
  return (
    <>
      <PageHeader title={t.pages.profile} />
      <Text>{t.soon}</Text>
    </>
  );
}
