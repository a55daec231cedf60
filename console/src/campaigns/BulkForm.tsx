import {
  Alert,
  Button,
  Group,
  List,
  NumberInput,
  SegmentedControl,
  Stack,
  Text,
} from "@mantine/core";
import { type FormEvent, useMemo, useState } from "react";
import { useEuroMarks, useNumberMarks } from "../ui/numberMarks.ts";
import { useFormat } from "../ui/useFormat.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import {
  type BudgetChange,
  type BudgetField,
  type BulkAction,
  type BulkChange,
  type BulkPlan,
  planBulk,
} from "./bulkPlan.ts";
import type { Row } from "./rows.ts";
import { campaignsWords } from "./words.ts";

interface BulkFormProps {
  readonly kind: BulkAction["kind"];
  readonly rows: readonly Row[];
  readonly onGo: (changes: readonly BulkChange[]) => void;
  readonly onClose: () => void;
}

/** What is asked before anything is changed, with what it would do. */
export function BulkForm({ kind, rows, onGo, onClose }: BulkFormProps) {
  const t = useWords(campaignsWords).bulk;
  const ui = useWords(uiWords);
  const [budget, setBudget] = useState<BudgetWish>({
    of: "dailyBudgetMicros",
    by: "percent",
    value: 10,
  });
  const plan = useMemo(() => planBulk(rows, actionOf(kind, budget)), [rows, kind, budget]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (plan.changes.length > 0) onGo(plan.changes);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        {kind === "budget" && <BudgetWishForm wish={budget} onChange={setBudget} />}
        <Preview plan={plan} />
        {kind === "end" && (
          <Alert color="orange" variant="light">
            {t.endWarning}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {ui.cancel}
          </Button>
          <Button
            type="submit"
            color={kind === "end" ? "red.9" : undefined}
            disabled={plan.changes.length === 0}
            data-autofocus={kind !== "budget"}
          >
            {t.go[kind]}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface BudgetWish {
  readonly of: BudgetField;
  readonly by: BudgetChange["by"];
  /** Euros, or percent. */
  readonly value: number;
}

function actionOf(kind: BulkAction["kind"], { of, by, value }: BudgetWish): BulkAction {
  if (kind !== "budget") return { kind };
  const micros = Math.round(value * 100) * 10_000;
  const change: BudgetChange = by === "percent" ? { by, percent: value } : { by, micros };
  return { kind, of, change };
}

interface WishProps {
  readonly wish: BudgetWish;
  readonly onChange: (wish: BudgetWish) => void;
}

function BudgetWishForm({ wish, onChange }: WishProps) {
  const all = useWords(campaignsWords);
  const t = all.bulk;
  const isPercent = wish.by === "percent";
  const numbers = useNumberMarks();
  const euros = useEuroMarks();
  const fields = [
    { value: "dailyBudgetMicros", label: all.budget.daily },
    { value: "totalBudgetMicros", label: all.budget.total },
  ] as const;
  const ways = (["percent", "add", "set"] as const).map((by) => ({ value: by, label: t[by] }));
  return (
    <Stack gap="md">
      <SegmentedControl
        aria-label={t.which}
        data={[...fields]}
        value={wish.of}
        onChange={(of) => onChange({ ...wish, of: of as BudgetField })}
      />
      <SegmentedControl
        aria-label={t.how}
        data={ways}
        value={wish.by}
        onChange={(by) => onChange({ ...wish, by: by as BudgetWish["by"] })}
      />
      <NumberInput
        label={isPercent ? t.rate : t.amount}
        description={wish.by === "set" ? undefined : t.lessHint}
        value={wish.value}
        onChange={(value) => onChange({ ...wish, value: Number(value) || 0 })}
        min={wish.by === "set" ? 0.01 : isPercent ? -99 : -1_000_000}
        max={isPercent ? 1_000 : 1_000_000}
        {...(isPercent ? { ...numbers, suffix: t.percentMark } : euros)}
        decimalScale={2}
        data-autofocus
      />
    </Stack>
  );
}

/** « 212 campagnes, +430 € par jour », and what is left as it is. */
function Preview({ plan }: { readonly plan: BulkPlan }) {
  const t = useWords(campaignsWords).bulk;
  const format = useFormat();
  const { changes, skipped } = plan;
  const deltas = useDeltas(plan);
  const count = t.preview(format.number(changes.length), changes.length === 1);
  const parts = changes.length === 0 ? [] : [count, ...deltas];
  return (
    <Stack gap="xs">
      <Text fw={600} size="lg" aria-live="polite">
        {parts.length === 0 ? t.nothing : parts.join(", ")}
      </Text>
      {skipped.size > 0 && (
        <List size="sm" c="dimmed">
          {[...skipped].map(([reason, times]) => (
            <List.Item key={reason}>{t.skipped[reason](format.number(times))}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}

function useDeltas({
  dailyDeltaMicros: daily,
  totalDeltaMicros: total,
}: BulkPlan): readonly string[] {
  const t = useWords(campaignsWords).bulk;
  const format = useFormat();
  const amount = (micros: number) => format.money(Math.abs(micros));
  const deltas: string[] = [];
  if (daily !== 0) deltas.push((daily > 0 ? t.moreADay : t.lessADay)(amount(daily)));
  if (total !== 0) deltas.push((total > 0 ? t.moreInAll : t.lessInAll)(amount(total)));
  return deltas;
}
