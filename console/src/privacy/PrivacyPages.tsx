import { Stack } from "@mantine/core";
import { ForThose } from "../ui/ForThose.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { useWords } from "../words/language.ts";
import { TransparencySection } from "./TransparencySection.tsx";
import { VisitorSection } from "./VisitorSection.tsx";
import { privacyWords } from "./words.ts";

/** `/privacy`: what visitors ask of the operator, and the log that everybody may read. */
export function Component() {
  const t = useWords(privacyWords);
  return (
    <ForThose permission="platform" title={t.title}>
      <PageHeader title={t.title} subtitle={t.subtitle} />
      <Stack gap={48}>
        <VisitorSection />
        <TransparencySection />
      </Stack>
    </ForThose>
  );
}
