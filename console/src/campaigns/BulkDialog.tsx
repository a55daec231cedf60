import { Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { useWords } from "../words/language.ts";
import { BulkForm } from "./BulkForm.tsx";
import { BulkOutcomeView } from "./BulkOutcomeView.tsx";
import { BulkProgress } from "./BulkProgress.tsx";
import type { BulkAction } from "./bulkPlan.ts";
import type { Row } from "./rows.ts";
import { useBulk } from "./useBulk.ts";
import { campaignsWords } from "./words.ts";

interface BulkDialogProps {
  readonly kind: BulkAction["kind"];
  readonly rows: readonly Row[];
  readonly onClose: () => void;
}

/** Says what would happen, does it, and says what became of each. */
export function BulkDialog({ kind, rows, onClose }: BulkDialogProps) {
  const t = useWords(campaignsWords).bulk;
  const isPhone = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const bulk = useBulk();
  // What is ticked may be changed by this very dialog: it stays about what it was opened for.
  const [asked] = useState(rows);
  const isRunning = bulk.step === "running";
  return (
    <Modal
      opened
      onClose={isRunning ? () => undefined : onClose}
      withCloseButton={!isRunning}
      closeOnEscape={!isRunning}
      closeOnClickOutside={!isRunning}
      title={t.titles[kind]}
      closeButtonProps={{ "aria-label": t.close }}
      size="lg"
      fullScreen={isPhone}
    >
      {bulk.step === "asked" && (
        <BulkForm kind={kind} rows={asked} onGo={bulk.run} onClose={onClose} />
      )}
      {isRunning && <BulkProgress bulk={bulk} />}
      {bulk.step === "done" && (
        <BulkOutcomeView bulk={bulk} mayUndo={kind !== "end"} onClose={onClose} />
      )}
    </Modal>
  );
}
