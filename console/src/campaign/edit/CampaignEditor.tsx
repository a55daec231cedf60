import { Alert, Button, Group, List, Stack, Text } from "@mantine/core";
import type { FormEvent } from "react";
import { ProblemNotice } from "../../ui/states.tsx";
import { useWords } from "../../words/language.ts";
import { ChangesTable } from "../history/ChangesTable.tsx";
import type { FieldDifference } from "../history/changes.ts";
import type { Campaign } from "../types.ts";
import { editWords } from "../words.ts";
import { CampaignFields } from "./CampaignFields.tsx";
import { useDirty } from "./dirty.ts";
import { useCampaignForm } from "./useCampaignForm.ts";

interface EditorProps {
  readonly campaign: Campaign;
  readonly isReadOnly: boolean;
}

/** The campaign's settings, saved on the version that was read. */
export function CampaignEditor({ campaign, isReadOnly }: EditorProps) {
  const t = useWords(editWords);
  const state = useCampaignForm(campaign);
  const { isDirty, isBusy, problem, errors, conflict } = state;
  useDirty("campaign", isDirty);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isDirty) state.save();
  };
  return (
    <form onSubmit={submit} noValidate>
      <fieldset disabled={isReadOnly} style={{ border: 0, padding: 0, margin: 0 }}>
        <Stack gap="lg">
          {conflict !== null && <Conflict rows={conflict} />}
          {problem !== null && <ProblemNotice error={problem} />}
          {errors.rest.length > 0 && (
            <Alert color="red" variant="light" role="alert">
              <List size="sm">
                {errors.rest.map((sentence) => (
                  <List.Item key={sentence}>{sentence}</List.Item>
                ))}
              </List>
            </Alert>
          )}
          <CampaignFields campaign={campaign} state={state} />
          <Group>
            <Button type="submit" loading={isBusy} disabled={!isDirty}>
              {t.save}
            </Button>
            <Button variant="default" disabled={!isDirty} onClick={state.reset}>
              {t.reset}
            </Button>
          </Group>
        </Stack>
      </fieldset>
    </form>
  );
}

function Conflict({ rows }: { readonly rows: readonly FieldDifference[] }) {
  const t = useWords(editWords).conflict;
  return (
    <Alert color="yellow" variant="light" role="alert">
      <Text fw={600}>{t.title}</Text>
      <Text size="sm">{t.text}</Text>
      <ChangesTable rows={rows} />
    </Alert>
  );
}
