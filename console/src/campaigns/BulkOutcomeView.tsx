import { Button, Group, Stack, Text } from "@mantine/core";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { problemSentence } from "../ui/problemWords.ts";
import { ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import type { Language } from "../words/dictionary.ts";
import { useLanguage, useWords } from "../words/language.ts";
import classes from "./campaigns.module.css";
import type { FailedChange } from "./runBulk.ts";
import type { CampaignsWords } from "./told.ts";
import type { Bulk } from "./useBulk.ts";
import { campaignsWords } from "./words.ts";

interface BulkOutcomeViewProps {
  readonly bulk: Bulk;
  readonly mayUndo: boolean;
  readonly onClose: () => void;
}

/** What became of each: how many were changed, which were not and why, and a way back. */
export function BulkOutcomeView({ bulk, mayUndo, onClose }: BulkOutcomeViewProps) {
  const t = useWords(campaignsWords).bulk;
  const format = useFormat();
  const { done, failed, left, fault } = bulk.outcome;
  const isOne = (list: readonly unknown[]) => list.length === 1;
  const told = (bulk.isUndo ? t.undone : t.done)(format.number(done.length), isOne(done));
  return (
    <Stack gap="md">
      <Text fw={600} role="status">
        {told}
      </Text>
      {fault !== null && <ProblemNotice error={fault} />}
      {failed.length > 0 && (
        <>
          <Text size="sm">{t.failed(format.number(failed.length), isOne(failed))}</Text>
          <Failures failed={failed} />
        </>
      )}
      {left.length > 0 && <Text size="sm">{t.left(format.number(left.length), isOne(left))}</Text>}
      <Group justify="flex-end">
        {mayUndo && !bulk.isUndo && done.length > 0 && (
          <Button variant="default" onClick={bulk.undo}>
            {t.undo}
          </Button>
        )}
        <Button onClick={onClose} data-autofocus>
          {t.close}
        </Button>
      </Group>
    </Stack>
  );
}

const mostTold = 200;

function Failures({ failed }: { readonly failed: readonly FailedChange[] }) {
  const t = useWords(campaignsWords).bulk;
  const language = useLanguage();
  const format = useFormat();
  const more = failed.length - mostTold;
  return (
    <ul className={classes.failures}>
      {failed.slice(0, mostTold).map((one) => (
        <li key={one.change.row.campaignId}>
          {one.change.row.name} : {reasonOf(one, t, language)}
        </li>
      ))}
      {more > 0 && <li>{t.more(format.number(more))}</li>}
    </ul>
  );
}

/** Why a line was refused, as somebody who manages campaigns would be told. */
function reasonOf({ result }: FailedChange, t: CampaignsWords["bulk"], language: Language): string {
  if (result === null) return t.silent;
  const { status, problem } = result;
  if (status === 409) return t.ended;
  if (status === 412) return t.changed;
  if (status === 404) return t.gone;
  return problemSentence(new AtelierProblem(status, toProblem(status, problem)), language);
}

function toProblem(status: number, problem: NonNullable<FailedChange["result"]>["problem"]) {
  // The problem of a line has all that a problem has but the place where it happened.
  return problem === undefined ? null : ({ ...problem, status } as AtelierProblem["problem"]);
}
