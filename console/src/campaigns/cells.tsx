import { Text } from "@mantine/core";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import classes from "./campaigns.module.css";
import type { Health, Row } from "./rows.ts";
import { campaignsWords } from "./words.ts";

/** What was spent today of what was planned, with a bar. */
export function SpentText({ health }: { readonly health: Health | undefined }) {
  const t = useWords(campaignsWords);
  const format = useFormat();
  if (health === undefined) return null;
  const { spentTodayMicros: spent, planMicros: plan } = health;
  if (health.rest !== null && spent === 0)
    return (
      <Text size="sm" c="dimmed">
        –
      </Text>
    );
  const share = plan === null || plan === 0 ? null : Math.min(1, spent / plan);
  return (
    <>
      <Text size="sm">{format.money(spent)}</Text>
      {plan !== null && plan > 0 && (
        <Text size="xs" c="dimmed">
          {t.ofPlan(format.money(plan))}
        </Text>
      )}
      {share !== null && (
        <svg className={classes.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
          <rect className={classes.track} width="100" height="4" rx="2" />
          <rect className={classes.fill} width={share * 100} height="4" rx="2" />
        </svg>
      )}
    </>
  );
}

export function DatesText({ row }: { readonly row: Row }) {
  const t = useWords(campaignsWords);
  const format = useFormat();
  return (
    <>
      <Text size="sm">{format.day(row.startsOn)}</Text>
      <Text size="xs" c="dimmed">
        {row.endsOn === null ? t.noEnd : `→ ${format.day(row.endsOn)}`}
      </Text>
    </>
  );
}

export function BidText({ row }: { readonly row: Row }) {
  const t = useWords(campaignsWords);
  const format = useFormat();
  const unit = { cpm: t.perThousand, vcpm: t.perThousandSeen, cpc: t.perClick }[row.pricing];
  return (
    <>
      <Text size="sm">{format.money(row.bidMicros)}</Text>
      <Text size="xs" c="dimmed">
        {unit}
      </Text>
    </>
  );
}
