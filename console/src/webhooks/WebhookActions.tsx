import { EllipsisHorizontalIcon, PaperAirplaneIcon } from "@heroicons/react/24/outline";
import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "react-router";
import type { Webhook } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { RotateDialog } from "../ui/RotateDialog.tsx";
import { toastDone, toastProblem } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import { WebhookDialog } from "./WebhookDialog.tsx";
import { webhooksWords } from "./words.ts";

interface WebhookActionsProps {
  readonly webhook: Webhook;
  readonly onSecret: (secret: string) => void;
}

/** A test; and behind the dots: another address, off and on, another secret, the end. */
export function WebhookActions({ webhook, onSecret }: WebhookActionsProps) {
  const t = useWords(webhooksWords).one;
  const [isEditing, editing] = useDisclosure();
  const [isRotating, rotating] = useDisclosure();
  const [isRemoving, removing] = useDisclosure();
  const test = useWrite("testWebhook", ["listDeliveries"]);
  const { webhookId, active } = webhook;
  const sendTest = () =>
    test.mutate(
      { input: { webhookId } },
      { onSuccess: () => toastDone(t.testDone), onError: toastProblem },
    );
  return (
    <>
      <Button
        leftSection={<PaperAirplaneIcon width={18} aria-hidden />}
        loading={test.isPending}
        disabled={!active}
        onClick={sendTest}
      >
        {t.test}
      </Button>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t.actions}>
            <EllipsisHorizontalIcon width={20} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={editing.open}>{t.edit}</Menu.Item>
          <SwitchItem webhook={webhook} />
          <Menu.Item onClick={rotating.open}>{t.rotate}</Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={removing.open}>
            {t.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <WebhookDialog
        edited={isEditing ? webhook : null}
        onClose={editing.close}
        onSecret={onSecret}
      />
      <Rotate opened={isRotating} webhook={webhook} onClose={rotating.close} onSecret={onSecret} />
      <RemoveDialog opened={isRemoving} webhook={webhook} onClose={removing.close} />
    </>
  );
}

function SwitchItem({ webhook: { webhookId, active, version } }: { readonly webhook: Webhook }) {
  const t = useWords(webhooksWords).one;
  const change = useWrite("changeWebhook", ["readWebhook", "listWebhooks"]);
  const onClick = () =>
    change.mutate(
      { input: { webhookId, body: { active: !active } }, ifVersion: version },
      { onSuccess: () => toastDone(active ? t.offDone : t.onDone), onError: toastProblem },
    );
  return <Menu.Item onClick={onClick}>{active ? t.switchOff : t.switchOn}</Menu.Item>;
}

interface RotateProps extends WebhookActionsProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

function Rotate({ opened, webhook: { webhookId }, onSecret, onClose }: RotateProps) {
  const t = useWords(webhooksWords);
  const rotate = useWrite("rotateWebhook", ["readWebhook"]);
  const renew = (overlapSeconds: number) =>
    rotate.mutate(
      { input: { webhookId, body: { overlapSeconds } } },
      {
        onSuccess: ({ secret }) => {
          onClose();
          onSecret(secret);
        },
      },
    );
  return (
    <RotateDialog
      opened={opened}
      title={t.one.rotate}
      text={t.secret.rotateText}
      keepOld={t.secret.keepOld}
      overlapNames={t.secret.overlaps}
      isPending={rotate.isPending}
      error={rotate.error}
      onRotate={renew}
      onClose={onClose}
    />
  );
}

interface RemoveDialogProps {
  readonly opened: boolean;
  readonly webhook: Webhook;
  readonly onClose: () => void;
}

function RemoveDialog({ opened, webhook, onClose }: RemoveDialogProps) {
  const t = useWords(webhooksWords).one;
  const navigate = useNavigate();
  const remove = useWrite("removeWebhook", ["listWebhooks"]);
  const { webhookId, version } = webhook;
  const end = () =>
    remove.mutate(
      { input: { webhookId }, ifVersion: version },
      {
        onSuccess: () => {
          toastDone(t.removed);
          void navigate("/webhooks");
        },
        onError: toastProblem,
        onSettled: onClose,
      },
    );
  return (
    <ConfirmDialog
      opened={opened}
      title={t.remove}
      text={t.removeText}
      action={t.remove}
      isPending={remove.isPending}
      onConfirm={end}
      onClose={onClose}
    />
  );
}
