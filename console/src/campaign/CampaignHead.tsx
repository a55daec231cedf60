import { Badge, Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useMay } from "../api/session.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { toastProblem } from "../ui/toasts.ts";
import { useZoneText } from "../ui/useZoneText.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import type { Campaign } from "./types.ts";
import { useTellChange } from "./UndoBar.tsx";
import { useCampaignChange } from "./useCampaignChange.ts";
import { campaignWords } from "./words.ts";

const colors = { draft: "gray", active: "atelier", paused: "yellow", ended: "gray" } as const;

/** The campaign's name, where it runs, how it stands, and the buttons that start and stop it. */
export function CampaignHead({ campaign }: { readonly campaign: Campaign }) {
  const t = useWords(campaignWords);
  const mayWrite = useMay("campaigns:write");
  const zone = useZoneText();
  const { name, status, zoneLabel } = campaign;
  const subtitle = (
    <Group component="span" gap="xs">
      <Badge component="span" variant="light" color={colors[status]} autoContrast={false}>
        {t.status[status]}
      </Badge>
      <span>{zone(zoneLabel)}</span>
    </Group>
  );
  const actions =
    mayWrite && status !== "ended" ? <StatusActions campaign={campaign} /> : undefined;
  return <PageHeader title={name} subtitle={subtitle} actions={actions} />;
}

type Status = Campaign["status"];

function StatusActions({ campaign }: { readonly campaign: Campaign }) {
  const t = useWords(campaignWords);
  const { isBusy, write } = useStatusWrite(campaign);
  const [isEnding, ending] = useDisclosure();
  const { status } = campaign;
  return (
    <>
      {status === "active" ? (
        <Button variant="default" loading={isBusy} onClick={() => write("paused")}>
          {t.actions.pause}
        </Button>
      ) : (
        <Button loading={isBusy} onClick={() => write("active")}>
          {status === "draft" ? t.actions.start : t.actions.resume}
        </Button>
      )}
      <Button variant="default" onClick={ending.open}>
        {t.actions.end}
      </Button>
      <EndDialog
        isOpen={isEnding}
        onClose={ending.close}
        onConfirm={() => {
          ending.close();
          write("ended");
        }}
      />
    </>
  );
}

/** Writes a status. A draft that runs and a campaign that ended cannot go back: there is nothing to take back then. */
function useStatusWrite(campaign: Campaign) {
  const t = useWords(campaignWords);
  const change = useCampaignChange();
  const tell = useTellChange();
  const [isBusy, setBusy] = useState(false);
  const write = (status: Status) => {
    setBusy(true);
    const isUndoable = status !== "ended" && campaign.status !== "draft";
    const message = status === "paused" ? t.undo.paused : t.undo.resumed;
    change(campaign, { status })
      .then((made) => isUndoable && tell({ ...made, message }))
      .catch(toastProblem)
      .finally(() => setBusy(false));
  };
  return { isBusy, write };
}

interface EndProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

function EndDialog({ isOpen, onClose, onConfirm }: EndProps) {
  const t = useWords(campaignWords).actions;
  const ui = useWords(uiWords);
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t.endTitle}
      closeButtonProps={{ "aria-label": ui.close }}
    >
      <Text>{t.endText}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {ui.cancel}
        </Button>
        <Button color="red" onClick={onConfirm}>
          {t.endConfirm}
        </Button>
      </Group>
    </Modal>
  );
}
