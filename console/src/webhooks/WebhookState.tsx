import { Badge, Text } from "@mantine/core";
import type { Webhook } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { webhooksWords } from "./words.ts";

type Shown = "active" | "failing" | "off";

/** Whether a webhook is told, tells that it fails, or is switched off. Pure. */
export function shownState(webhook: Pick<Webhook, "active" | "failingSince">): Shown {
  if (!webhook.active) return "off";
  return webhook.failingSince === null ? "active" : "failing";
}

const colors = { active: undefined, failing: "yellow", off: "gray" } as const;

/** The state in a word, and since when it fails. */
export function WebhookState({ webhook }: { readonly webhook: Webhook }) {
  const t = useWords(webhooksWords).state;
  const { relative } = useFormat();
  const state = shownState(webhook);
  const { failingSince } = webhook;
  return (
    <>
      <Badge variant="light" color={colors[state]} tt="none">
        {t[state]}
      </Badge>
      {state === "failing" && failingSince !== null && (
        <Text size="xs" c="dimmed">
          {t.failingSince(relative(failingSince, Date.now()))}
        </Text>
      )}
    </>
  );
}
