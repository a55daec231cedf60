import { ArrowTopRightOnSquareIcon } from "@heroicons/react/24/outline";
import { Anchor, Text } from "@mantine/core";
import type { Creative } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { Panel } from "./Panel.tsx";
import classes from "./review.module.css";
import { reviewWords } from "./words.ts";

/** Where a click leads, and whether that page answers. */
export function LandingPanel({ creative }: { readonly creative: Creative }) {
  const t = useWords(reviewWords).landing;
  const { status } = creative.landingCheck;
  return (
    <Panel heading={t.heading} tone={status === "broken" ? "bad" : "calm"}>
      <Anchor
        href={creative.landingUrl}
        target="_blank"
        rel="noreferrer noopener"
        className={classes.address}
        title={t.open}
      >
        {creative.landingUrl}
        <ArrowTopRightOnSquareIcon width={16} />
      </Anchor>
      <Checked creative={creative} />
    </Panel>
  );
}

function Checked({ creative }: { readonly creative: Creative }) {
  const t = useWords(reviewWords).landing;
  const format = useFormat();
  const { status, reason, checkedAt } = creative.landingCheck;
  if (status === "unchecked" || checkedAt === null)
    return (
      <Text size="sm" c="dimmed">
        {t.unchecked}
      </Text>
    );
  if (status === "ok") return <Text size="sm">{t.ok(format.relative(checkedAt, Date.now()))}</Text>;
  const known: Readonly<Record<string, string>> = t.reasons;
  return (
    <Text size="sm" fw={600} c="red">
      {t.broken(known[reason ?? "other"] ?? t.reasons.other)}
    </Text>
  );
}
