import { EllipsisHorizontalIcon } from "@heroicons/react/24/outline";
import { ActionIcon, Button, Group, Menu, Modal, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import type { ApiKey } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { toastDone, toastProblem } from "../ui/toasts.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { type Overlap, overlaps } from "./keyState.ts";
import { accountsWords } from "./words.ts";

interface KeyActionsProps {
  readonly apiKey: ApiKey;
  readonly onSecret: (secret: string) => void;
}

/** A new secret for a key, or its end. */
export function KeyActions({ apiKey, onSecret }: KeyActionsProps) {
  const t = useWords(accountsWords).keys;
  const [isRotating, rotating] = useDisclosure();
  const [isRevoking, revoking] = useDisclosure();
  const revoke = useWrite("revokeKey", ["listKeys"]);
  const { apiKeyId, label } = apiKey;
  const end = () =>
    revoke.mutate(
      { input: { apiKeyId } },
      {
        onSuccess: () => toastDone(t.revokedDone(label)),
        onError: toastProblem,
        onSettled: revoking.close,
      },
    );
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t.actionsOf(label)}>
            <EllipsisHorizontalIcon width={20} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={rotating.open}>{t.rotate}</Menu.Item>
          <Menu.Item color="red" onClick={revoking.open}>
            {t.revoke}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RotateDialog
        opened={isRotating}
        onClose={rotating.close}
        apiKey={apiKey}
        onSecret={onSecret}
      />
      <ConfirmDialog
        opened={isRevoking}
        title={t.revoke}
        text={t.revokeText(label)}
        action={t.revoke}
        isPending={revoke.isPending}
        onConfirm={end}
        onClose={revoking.close}
      />
    </>
  );
}

interface RotateDialogProps extends KeyActionsProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

function RotateDialog({ opened, onClose, apiKey, onSecret }: RotateDialogProps) {
  const t = useWords(accountsWords).keys;
  const ui = useWords(uiWords);
  const [overlap, setOverlap] = useState<Overlap>("day");
  const rotate = useWrite("rotateKey", ["listKeys"]);
  const { apiKeyId } = apiKey;
  const renew = () =>
    rotate.mutate(
      { input: { apiKeyId, body: { overlapSeconds: overlaps[overlap] } } },
      {
        onSuccess: ({ key }) => {
          onClose();
          onSecret(key);
        },
      },
    );
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t.rotate}
      centered
      closeButtonProps={{ "aria-label": ui.close }}
    >
      <Stack>
        <Text size="sm">{t.rotateText}</Text>
        {rotate.isError && <ProblemNotice error={rotate.error} />}
        <Select
          label={t.keepOld}
          allowDeselect={false}
          value={overlap}
          onChange={(value) => setOverlap((value ?? "day") as Overlap)}
          data={Object.keys(overlaps).map((one) => ({
            value: one,
            label: t.overlaps[one as Overlap],
          }))}
        />
        <Group justify="flex-end" mt="sm">
          <Button variant="default" onClick={onClose}>
            {ui.cancel}
          </Button>
          <Button loading={rotate.isPending} onClick={renew}>
            {t.rotate}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
