import { Button, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { QueuedCreative } from "../../../sdk/src/generated.ts";
import { api } from "../api/client.ts";
import { readsOfStops } from "../suspensions/useSuspensions.ts";
import { FormDialog } from "../ui/FormDialog.tsx";
import { toastDone, toastProblem } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import { nameOf } from "./nameOf.ts";
import { keyOf } from "./queue.ts";
import { reviewWords } from "./words.ts";

interface KillDialogProps {
  readonly opened: boolean;
  readonly item: QueuedCreative;
  readonly onClose: () => void;
}

type Target = "creative" | "campaign" | "advertiser";
const targets = ["creative", "campaign", "advertiser"] as const;

/** The kill switch of an ad, its campaign or its advertiser. */
export function KillDialog({ opened, item, onClose }: KillDialogProps) {
  const t = useWords(reviewWords).kill;
  return (
    <FormDialog {...{ opened, onClose }} title={t.title(nameOf(item))}>
      <KillForm key={keyOf(item)} {...{ item, onClose }} />
    </FormDialog>
  );
}

function KillForm({ item, onClose }: Omit<KillDialogProps, "opened">) {
  const t = useWords(reviewWords).kill;
  const [target, setTarget] = useState<Target>("creative");
  const [reason, setReason] = useState("");
  const [isTried, setTried] = useState(false);
  const { isSending, suspend } = useSuspend(item, onClose);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (reason.trim() !== "") void suspend(target, reason.trim());
  };
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="lg">
        <Text size="sm">{t.text}</Text>
        <Radio.Group
          label={t.what}
          value={target}
          onChange={(value) => setTarget(targets.find((one) => one === value) ?? "creative")}
        >
          <Stack gap="xs" mt="xs">
            {targets.map((one) => (
              <Radio key={one} value={one} label={t[one]} />
            ))}
          </Stack>
        </Radio.Group>
        <TextInput
          label={t.reason}
          maxLength={200}
          required
          value={reason}
          error={isTried && reason.trim() === "" ? t.needed : null}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button type="submit" color="red" loading={isSending}>
            {t.send}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function useSuspend({ advertiserId, creative }: QueuedCreative, onDone: () => void) {
  const t = useWords(reviewWords).kill;
  const queryClient = useQueryClient();
  const [isSending, setSending] = useState(false);
  const writes = {
    creative: (body: { reason: string }) =>
      api.writeCreativeSuspension({ id: creative.creativeId, body }),
    campaign: (body: { reason: string }) =>
      api.writeCampaignSuspension({ id: creative.campaignId, body }),
    advertiser: (body: { reason: string }) =>
      api.writeAdvertiserSuspension({ id: advertiserId, body }),
  } as const;
  return {
    isSending,
    async suspend(target: Target, reason: string) {
      setSending(true);
      try {
        await writes[target]({ reason });
        // Keys are for the ad again before the queue says what has become of it.
        onDone();
        toastDone(t.done);
        for (const read of readsOfStops) void queryClient.invalidateQueries({ queryKey: [read] });
      } catch (error) {
        toastProblem(error);
      }
      setSending(false);
    },
  };
}
