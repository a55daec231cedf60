import { Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { FormEvent } from "react";
import { ProblemNotice } from "../../ui/states.tsx";
import { useWords } from "../../words/language.ts";
import { creativeName } from "../creativeName.ts";
import type { Creative } from "../types.ts";
import { editWords } from "../words.ts";
import { CreativeFields } from "./CreativeFields.tsx";
import { needsReview } from "./creativeForm.ts";
import { useDirty } from "./dirty.ts";
import { useCreativeForm } from "./useCreativeForm.ts";

interface EditorProps {
  readonly creative: Creative;
  readonly isReadOnly: boolean;
}

const colors = { pending: "yellow", approved: "atelier", rejected: "red" } as const;

/** One creative: how its review stands, its texts, its weight. */
export function CreativeEditor({ creative, isReadOnly }: EditorProps) {
  const t = useWords(editWords);
  const state = useCreativeForm(creative);
  const { isDirty, body, errors } = state;
  useDirty(`creative ${creative.creativeId}`, isDirty);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isDirty) state.save();
  };
  return (
    <Paper withBorder p="lg" component="form" onSubmit={submit} noValidate>
      <fieldset disabled={isReadOnly} style={{ border: 0, padding: 0, margin: 0 }}>
        <Stack gap="md">
          <CreativeHead creative={creative} />
          {state.problem !== null && <ProblemNotice error={state.problem} />}
          {errors.rest.map((sentence) => (
            <Text key={sentence} c="red" size="sm" role="alert">
              {sentence}
            </Text>
          ))}
          <CreativeFields creative={creative} state={state} />
          {needsReview(body) && (
            <Text size="sm" c="dimmed">
              {t.creatives.willWait}
            </Text>
          )}
          <Group>
            <Button type="submit" disabled={!isDirty} loading={state.isBusy}>
              {t.save}
            </Button>
            <Button variant="default" disabled={!isDirty} onClick={state.reset}>
              {t.reset}
            </Button>
          </Group>
        </Stack>
      </fieldset>
    </Paper>
  );
}

function CreativeHead({ creative }: { readonly creative: Creative }) {
  const t = useWords(editWords).creatives;
  const { review, suspension, format } = creative;
  return (
    <div>
      <Group gap="sm">
        <Title order={3} size="h5">
          {creativeName(creative)}
        </Title>
        <Badge variant="light" color={colors[review.status]}>
          {t.review[review.status]}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {t.format[format]}
      </Text>
      {review.note !== null && <Text size="sm">{t.note(review.note)}</Text>}
      {suspension !== null && (
        <Text size="sm" c="red">
          {t.suspended(suspension.reason)}
        </Text>
      )}
    </div>
  );
}
