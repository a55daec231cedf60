import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../api/client.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { Section } from "../ui/Section.tsx";
import { LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { ErasureProofView } from "./ErasureProofView.tsx";
import { ExportView } from "./ExportView.tsx";
import { privacyWords } from "./words.ts";

/** Ids are visible ASCII characters, as the API has them. */
const idShape = /^[\x21-\x7e]{1,128}$/;

/** A visitor's request: everything that is kept, or to be forgotten. The id stands in no address and is kept nowhere. */
export function VisitorSection() {
  const t = useWords(privacyWords).visitor;
  const { exported, erased, ask, isErasing, confirmErasing, leaveErasing, erase } = useRequests();
  return (
    <Section title={t.title} text={t.text}>
      <VisitorForm
        isReading={exported.isPending}
        isErasing={erased.isPending}
        onExport={ask}
        onErase={confirmErasing}
      />
      {exported.isPending && <LoadingRows rows={3} />}
      {exported.isError && <ProblemNotice error={exported.error} />}
      {exported.data !== undefined && <ExportView told={exported.data} />}
      {erased.isError && <ProblemNotice error={erased.error} />}
      {erased.data !== undefined && <ErasureProofView proof={erased.data} />}
      <ConfirmDialog
        opened={isErasing !== null}
        title={t.erase}
        text={t.eraseText(isErasing ?? "")}
        action={t.eraseGo}
        isPending={erased.isPending}
        onConfirm={erase}
        onClose={leaveErasing}
      />
    </Section>
  );
}

function useRequests() {
  const [isErasing, setErasing] = useState<string | null>(null);
  const exported = useMutation({
    mutationFn: (visitorId: string) => api.exportVisitor({ visitorId }),
  });
  const erased = useMutation({
    mutationFn: (visitorId: string) => api.eraseVisitor({ visitorId }),
    onSettled: () => setErasing(null),
  });
  return {
    exported,
    erased,
    isErasing,
    ask: (visitorId: string) => {
      erased.reset();
      exported.mutate(visitorId);
    },
    confirmErasing: setErasing,
    leaveErasing: () => setErasing(null),
    erase: () => {
      if (isErasing === null) return;
      exported.reset();
      erased.mutate(isErasing);
    },
  };
}

interface VisitorFormProps {
  readonly isReading: boolean;
  readonly isErasing: boolean;
  readonly onExport: (visitorId: string) => void;
  readonly onErase: (visitorId: string) => void;
}

function VisitorForm({ isReading, isErasing, onExport, onErase }: VisitorFormProps) {
  const t = useWords(privacyWords).visitor;
  const { required } = useWords(uiWords).rules;
  const [visitorId, setVisitorId] = useState("");
  const [error, setError] = useState<string | null>(null);
  const withId = (then: (id: string) => void) => {
    const id = visitorId.trim();
    const isFit = idShape.test(id);
    setError(isFit ? null : id === "" ? required : t.shape);
    if (isFit) then(id);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    withId(onExport);
  };
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="sm" maw={560}>
        <TextInput
          label={t.id}
          description={t.idHint}
          value={visitorId}
          onChange={(event) => setVisitorId(event.currentTarget.value)}
          error={error}
          autoComplete="off"
          spellCheck={false}
        />
        <Group gap="sm">
          <Button type="submit" loading={isReading}>
            {t.export}
          </Button>
          <Button variant="outline" color="red" loading={isErasing} onClick={() => withId(onErase)}>
            {t.erase}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
