import { CheckBadgeIcon, QuestionMarkCircleIcon } from "@heroicons/react/24/outline";
import { Button, Kbd, Stack } from "@mantine/core";
import { useState } from "react";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState, QueryState } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { CreativeView } from "./CreativeView.tsx";
import { DecisionBar } from "./DecisionBar.tsx";
import { KillDialog } from "./KillDialog.tsx";
import { RejectDialog } from "./RejectDialog.tsx";
import { ShortcutsHelp } from "./ShortcutsHelp.tsx";
import { UndoBar } from "./UndoBar.tsx";
import { type ReviewState, useReview } from "./useReview.ts";
import { useShortcuts, useShortcutsEnabled } from "./useShortcuts.ts";
import { reviewWords } from "./words.ts";

type Dialog = "reject" | "kill" | "help" | null;

const approval = { verdict: "approve", reasons: [], note: null, stopApproved: false } as const;

export function ReviewPage() {
  const t = useWords(reviewWords);
  const format = useFormat();
  const review = useReview();
  const [dialog, setDialog] = useState<Dialog>(null);
  const [isEnabled, setEnabled] = useShortcutsEnabled();
  const approve = () => review.decide(approval);
  const openReject = () => review.current !== null && setDialog("reject");
  useShortcuts(
    {
      a: approve,
      r: openReject,
      s: review.skip,
      j: () => review.move(1),
      k: () => review.move(-1),
      u: review.undo,
      "?": () => setDialog("help"),
    },
    isEnabled,
  );
  const count = review.left.length;
  const shown = review.isMore ? t.atLeast(format.number(count)) : format.number(count);
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={review.query.data === undefined ? undefined : t.waiting(shown, count)}
        actions={
          <Button
            variant="default"
            leftSection={<QuestionMarkCircleIcon width={18} />}
            rightSection={<Kbd visibleFrom="sm">?</Kbd>}
            onClick={() => setDialog("help")}
          >
            {t.help}
          </Button>
        }
      />
      <QueryState query={review.query}>
        {() => <Waiting {...{ review, approve, openReject }} onKill={() => setDialog("kill")} />}
      </QueryState>
      <UndoBar pending={review.pending} onUndo={review.undo} />
      <Dialogs {...{ review, dialog, setDialog, isEnabled, setEnabled }} />
    </>
  );
}

interface WaitingProps {
  readonly review: ReviewState;
  readonly approve: () => void;
  readonly openReject: () => void;
  readonly onKill: () => void;
}

function Waiting({ review, approve, openReject, onKill }: WaitingProps) {
  const t = useWords(reviewWords);
  const { current } = review;
  if (current === null)
    return <EmptyState icon={<CheckBadgeIcon />} title={t.none.title} text={t.none.text} />;
  return (
    <Stack gap="lg">
      <CreativeView item={current} onKill={onKill} />
      <DecisionBar {...{ review, approve }} reject={openReject} />
    </Stack>
  );
}

interface DialogsProps {
  readonly review: ReviewState;
  readonly dialog: Dialog;
  readonly setDialog: (dialog: Dialog) => void;
  readonly isEnabled: boolean;
  readonly setEnabled: (value: boolean) => void;
}

function Dialogs({ review, dialog, setDialog, isEnabled, setEnabled }: DialogsProps) {
  const close = () => setDialog(null);
  return (
    <>
      <RejectDialog
        item={dialog === "reject" ? review.current : null}
        onClose={close}
        onReject={(rejection) => {
          close();
          review.decide({ verdict: "reject", ...rejection });
        }}
      />
      <KillDialog item={dialog === "kill" ? review.current : null} onClose={close} />
      <ShortcutsHelp opened={dialog === "help"} onClose={close} {...{ isEnabled, setEnabled }} />
    </>
  );
}
