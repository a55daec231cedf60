import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AtelierProblem } from "../../../../sdk/src/problem.ts";
import { ProblemNotice } from "../../ui/states.tsx";
import { uiWords } from "../../ui/words.ts";
import { useLanguage, useWords } from "../../words/language.ts";
import { ChangesTable } from "../history/ChangesTable.tsx";
import { differences } from "../history/changes.ts";
import { told } from "../told.ts";
import type { Campaign, Suggestion } from "../types.ts";
import { useTellChange } from "../UndoBar.tsx";
import { useCampaignChange } from "../useCampaignChange.ts";
import { whyWords } from "../words.ts";
import { ForecastTable } from "./ForecastTable.tsx";
import type { LeverChange } from "./leverChange.ts";

interface DialogProps {
  readonly campaign: Campaign;
  readonly suggestion: Suggestion;
  readonly change: Extract<LeverChange, { readonly kind: "change" }>;
  readonly onClose: () => void;
}

/** What would change and what that would bring, before it is written. */
export function ChangeDialog({ campaign, suggestion, change, onClose }: DialogProps) {
  const t = useWords(whyWords).change;
  const ui = useWords(uiWords);
  const language = useLanguage();
  const { apply, error, isBusy } = useApply({ campaign, suggestion, change, onClose });
  const rows = differences(
    change.undo as Readonly<Record<string, unknown>>,
    change.body as Readonly<Record<string, unknown>>,
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.title}
      size="lg"
      closeButtonProps={{ "aria-label": ui.close }}
    >
      <Stack gap="lg">
        <Text>{told(suggestion, language)}</Text>
        <ChangesTable rows={rows} />
        <ForecastTable campaign={campaign} body={change.body} />
        {isConflict(error) ? (
          <Alert color="yellow" variant="light" role="alert">
            {t.conflict}
          </Alert>
        ) : (
          error !== null && <ProblemNotice error={error} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {ui.cancel}
          </Button>
          <Button onClick={apply} loading={isBusy} data-autofocus>
            {t.confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const isConflict = (error: unknown): boolean =>
  error instanceof AtelierProblem && error.code === "precondition_failed";

/** Writes it on the version that was seen; where somebody was faster, what they wrote is read, and shown in the dialog. */
function useApply({ campaign, change, onClose }: DialogProps) {
  const t = useWords(whyWords).change;
  const write = useCampaignChange();
  const tell = useTellChange();
  const queryClient = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const apply = () => {
    setBusy(true);
    write(campaign, change.body)
      .then((made) => {
        tell({ ...made, message: t.done });
        onClose();
      })
      .catch((problem: unknown) => {
        setError(problem);
        if (isConflict(problem)) void queryClient.invalidateQueries({ queryKey: ["readCampaign"] });
      })
      .finally(() => setBusy(false));
  };
  return { apply, error, isBusy };
}
