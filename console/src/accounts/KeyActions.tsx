import { EllipsisHorizontalIcon } from "@heroicons/react/24/outline";
import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ApiKey } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { RotateDialog } from "../ui/RotateDialog.tsx";
import { toastDone, toastProblem } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
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
      <Rotate opened={isRotating} onClose={rotating.close} apiKey={apiKey} onSecret={onSecret} />
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

interface RotateProps extends KeyActionsProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

function Rotate({ opened, onClose, apiKey: { apiKeyId }, onSecret }: RotateProps) {
  const t = useWords(accountsWords).keys;
  const rotate = useWrite("rotateKey", ["listKeys"]);
  const renew = (overlapSeconds: number) =>
    rotate.mutate(
      { input: { apiKeyId, body: { overlapSeconds } } },
      {
        onSuccess: ({ key }) => {
          onClose();
          onSecret(key);
        },
      },
    );
  return (
    <RotateDialog
      opened={opened}
      title={t.rotate}
      text={t.rotateText}
      keepOld={t.keepOld}
      overlapNames={t.overlaps}
      isPending={rotate.isPending}
      error={rotate.error}
      onRotate={renew}
      onClose={onClose}
    />
  );
}
