import { CheckBadgeIcon, QuestionMarkCircleIcon } from "@heroicons/react/24/outline";
import { Button, Kbd, Stack } from "@mantine/core";
import { useState } from "react";
import type { QueuedCreative } from "../../../sdk/src/generated.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState, QueryState } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { CreativeView } from "./CreativeView.tsx";
import { DecisionBar, type Verdicts } from "./DecisionBar.tsx";
import { KillDialog } from "./KillDialog.tsx";
import { RejectDialog } from "./RejectDialog.tsx";
import { ShortcutsHelp } from "./ShortcutsHelp.tsx";
import { UndoBar } from "./UndoBar.tsx";
import { type ReviewState, useReview } from "./useReview.ts";
import { useShortcuts, useShortcutsEnabled } from "./useShortcuts.ts";
import { reviewWords } from "./words.ts";

/** Over the page; of an ad it keeps the one that it was opened for, whatever becomes of the queue behind it. */
interface Dialog {
  readonly kind: "reject" | "kill" | "help";
  readonly item: QueuedCreative | null;
  readonly isOpen: boolean;
}

const noDialog: Dialog = { kind: "help", item: null, isOpen: false };
const approval = { verdict: "approve", reasons: [], note: null, stopApproved: false } as const;

export function ReviewPage() {
  const t = useWords(reviewWords);
  const format = useFormat();
  const review = useReview();
  const [dialog, setDialog] = useState(noDialog);
  const [isEnabled, setEnabled] = useShortcutsEnabled();
  const verdicts = useVerdicts(review, setDialog);
  const openHelp = () => setDialog({ kind: "help", item: null, isOpen: true });
  useShortcuts(
    {
      a: verdicts.approve,
      r: verdicts.reject,
      s: verdicts.skip,
      j: () => review.move(1),
      k: () => review.move(-1),
      u: review.undo,
      "?": openHelp,
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
            onClick={openHelp}
          >
            {t.help}
          </Button>
        }
      />
      <QueryState query={review.query}>{() => <Waiting {...{ review, verdicts }} />}</QueryState>
      <UndoBar pending={review.pending} onUndo={review.undo} />
      <Dialogs {...{ review, dialog, setDialog, isEnabled, setEnabled }} />
    </>
  );
}

/** What can be done with the ad on view: by keys and by buttons the same. */
function useVerdicts(review: ReviewState, setDialog: (dialog: Dialog) => void): Verdicts {
  const { current } = review;
  const open = (kind: Dialog["kind"]) => () =>
    review.ifSeen(() => current !== null && setDialog({ kind, item: current, isOpen: true }));
  return {
    approve: () =>
      review.ifSeen(() => current !== null && review.decide({ ...approval, item: current })),
    reject: open("reject"),
    kill: open("kill"),
    skip: () => review.ifSeen(review.skip),
  };
}

interface WaitingProps {
  readonly review: ReviewState;
  readonly verdicts: Verdicts;
}

function Waiting({ review, verdicts }: WaitingProps) {
  const t = useWords(reviewWords);
  const { current } = review;
  if (current === null)
    return <EmptyState icon={<CheckBadgeIcon />} title={t.none.title} text={t.none.text} />;
  return (
    <Stack gap="lg">
      <CreativeView item={current} onKill={verdicts.kill} />
      <DecisionBar {...{ review, verdicts }} />
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
  // What stands in it stays while it fades.
  const onClose = () => setDialog({ ...dialog, isOpen: false });
  const openedFor = (kind: Dialog["kind"]) => dialog.isOpen && dialog.kind === kind;
  const { item } = dialog;
  return (
    <>
      {item !== null && (
        <>
          <RejectDialog
            opened={openedFor("reject")}
            {...{ item, onClose }}
            onReject={(rejection) => {
              onClose();
              review.decide({ verdict: "reject", ...rejection, item });
            }}
          />
          <KillDialog opened={openedFor("kill")} {...{ item, onClose }} />
        </>
      )}
      <ShortcutsHelp opened={openedFor("help")} {...{ onClose, isEnabled, setEnabled }} />
    </>
  );
}
