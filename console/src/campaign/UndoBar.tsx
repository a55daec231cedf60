import { Alert, Button, Group, Text } from "@mantine/core";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { toastDone, toastProblem } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import type { Campaign } from "./types.ts";
import { type MadeChange, useCampaignChange } from "./useCampaignChange.ts";
import { campaignWords } from "./words.ts";

/** A change that was just made, in a sentence. */
export interface ToldChange extends MadeChange {
  readonly message: string;
}

const UndoContext = createContext<(change: ToldChange) => void>(() => undefined);

/** Tells that something was changed, with a button that takes it back. */
export function useTellChange(): (change: ToldChange) => void {
  return useContext(UndoContext);
}

interface UndoProps {
  readonly campaign: Campaign;
  readonly children: ReactNode;
}

/** Holds the last change of the campaign that was made here; its bar stays until it is used or closed. */
export function UndoProvider({ campaign, children }: UndoProps) {
  const [told, setTold] = useState<ToldChange | null>(null);
  return (
    <UndoContext value={setTold}>
      {told !== null && (
        <UndoBar key={told.version} {...{ campaign, told }} onClose={() => setTold(null)} />
      )}
      {children}
    </UndoContext>
  );
}

interface BarProps {
  readonly campaign: Campaign;
  readonly told: ToldChange;
  readonly onClose: () => void;
}

function UndoBar({ campaign, told, onClose }: BarProps) {
  const t = useWords(campaignWords).undo;
  const change = useCampaignChange();
  const bar = useRef<HTMLDivElement>(null);
  const [isBusy, setBusy] = useState(false);
  // The dialog that made the change is gone: who uses the keyboard goes on here.
  useEffect(() => bar.current?.focus(), []);
  const undo = () => {
    setBusy(true);
    change({ ...campaign, version: told.version }, told.undo)
      .then(() => toastDone(t.undone), toastProblem)
      .finally(onClose);
  };
  return (
    <Alert
      ref={bar}
      tabIndex={-1}
      color="atelier"
      variant="light"
      role="status"
      mb="lg"
      withCloseButton
      onClose={onClose}
    >
      <Group justify="space-between" gap="md">
        <Text size="sm">{told.message}</Text>
        <Button size="xs" variant="default" loading={isBusy} onClick={undo}>
          {t.undo}
        </Button>
      </Group>
    </Alert>
  );
}
