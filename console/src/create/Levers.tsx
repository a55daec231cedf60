import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import type { Forecast } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useLanguage, useWords } from "../words/language.ts";
import { useCreating } from "./creating.ts";
import { leastBudgetMicros, radiusRange } from "./problemsOfDraft.ts";
import { createWords } from "./words.ts";

type Warning = Forecast["warnings"][number];

/** What the forecast warns of, and what would help, each at one click. */
export function Levers() {
  const t = useWords(createWords).budget;
  const format = useFormat();
  const { plan, draft, change } = useCreating();
  const warnings = plan.plan?.forecast.warnings ?? [];
  const { bidMicros } = draft;
  return (
    <Stack gap="sm">
      {bidMicros !== null && (
        <Group justify="space-between" gap="xs">
          <Text size="sm">{t.ownBid(format.money(bidMicros))}</Text>
          <Button size="compact-sm" variant="subtle" onClick={() => change({ bidMicros: null })}>
            {t.recommended}
          </Button>
        </Group>
      )}
      {warnings.map((warning) => (
        <WarningNotice key={warning.code} warning={warning} />
      ))}
    </Stack>
  );
}

function WarningNotice({ warning }: { readonly warning: Warning }) {
  const t = useWords(createWords).budget;
  const language = useLanguage();
  const levers = useLevers(warning);
  return (
    <Alert color="yellow" variant="light" role="status">
      <Text size="sm">{warning[language]}</Text>
      {levers.length > 0 && (
        <Group gap="xs" mt="xs" role="group" aria-label={t.levers}>
          {levers.map(({ label, pull }) => (
            <Button key={label} size="xs" variant="default" onClick={pull}>
              {label}
            </Button>
          ))}
        </Group>
      )}
    </Alert>
  );
}

interface Lever {
  readonly label: string;
  readonly pull: () => void;
}

function useLevers({ code, levers }: Warning): readonly Lever[] {
  const t = useWords(createWords).budget;
  const format = useFormat();
  const { draft, change, plan } = useCreating();
  const given = levers.flatMap((lever): readonly Lever[] => {
    const { addMeters, bidMicros } = lever;
    const spend = format.money(lever.spendMicrosPerDay);
    if (bidMicros !== undefined)
      return [
        { label: t.higher(format.money(bidMicros), spend), pull: () => change({ bidMicros }) },
      ];
    if (addMeters === undefined || draft.base !== "circle") return [];
    const radiusMeters = Math.min(radiusRange.most, draft.radiusMeters + addMeters);
    const label = t.larger(format.distance(addMeters), spend);
    return [{ label, pull: () => change({ radiusMeters }) }];
  });
  if (code !== "budget_not_spent") return given;
  // In whole euros, a little above what the forecast spends.
  const spent = plan.plan?.forecast.spendMicros.value ?? 0;
  const budgetMicros = Math.ceil(spent / 1_000_000) * 1_000_000;
  if (budgetMicros < leastBudgetMicros || budgetMicros >= (draft.budgetMicros ?? 0)) return given;
  const label = t.spendable(format.euros(budgetMicros));
  return [...given, { label, pull: () => change({ budgetMicros }) }];
}
