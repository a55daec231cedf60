import { CalendarDaysIcon } from "@heroicons/react/24/outline";
import { Button, Chip, Group, Popover, Select, Stack, TextInput } from "@mantine/core";
import { useMemo } from "react";
import { useAdvertiser } from "../api/advertiser.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { countBy, isTroubled } from "./arrange.ts";
import type { ListToolsProps } from "./ListTools.tsx";
import { statuses } from "./view.ts";
import { campaignsWords } from "./words.ts";

/** What narrows the list: state, shop, dates, and what needs attention. */
export function Filters(props: ListToolsProps) {
  const { listed, healths, view, change } = props;
  const t = useWords(campaignsWords);
  const format = useFormat();
  const counts = useMemo(() => countBy(listed.rows, ({ status }) => status), [listed.rows]);
  const troubled = useMemo(
    () => listed.rows.filter((row) => isTroubled(row, healths.get(row.campaignId))).length,
    [listed.rows, healths],
  );
  const choices = statuses.map((status) => ({
    value: status,
    label: `${t.statuses[status]} (${format.number(counts.get(status) ?? 0)})`,
  }));
  return (
    <>
      <Select
        aria-label={t.status}
        placeholder={t.everyStatus}
        data={choices}
        value={view.status}
        onChange={(value) => change({ status: statuses.find((one) => one === value) ?? null })}
        clearable
        w={190}
      />
      <AdvertiserFilter {...props} />
      <DatesFilter {...props} />
      <Chip
        checked={view.isTroubled}
        onChange={(is) => change({ isTroubled: is })}
        variant="outline"
      >
        {t.troubleCount(format.number(troubled))}
      </Chip>
    </>
  );
}

/** Of more than these only those that fit what is typed are offered. */
const mostOffered = 50;

function AdvertiserFilter({ names, view, change }: ListToolsProps) {
  const t = useWords(campaignsWords);
  const choices = useMemo(
    () =>
      [...names]
        .map(([id, label]) => ({ value: String(id), label }))
        .sort((one, other) => one.label.localeCompare(other.label)),
    [names],
  );
  const { advertiser } = useAdvertiser();
  // Whoever has narrowed the whole console to one has nothing to choose here.
  if (names.size < 2 || advertiser !== null) return null;
  return (
    <Select
      aria-label={t.advertiser}
      placeholder={t.everyAdvertiser}
      data={choices}
      limit={mostOffered}
      value={view.advertiserId === null ? null : String(view.advertiserId)}
      onChange={(value) => change({ advertiserId: value === null ? null : Number(value) })}
      nothingFoundMessage={t.noAdvertiser}
      searchable
      clearable
      w={210}
    />
  );
}

function DatesFilter({ view, change }: ListToolsProps) {
  const t = useWords(campaignsWords);
  const format = useFormat();
  const { from, until } = view;
  const ends = [from, until].map((day) => (day === null ? "…" : format.day(day)));
  const label = from === null && until === null ? t.dates : t.period(ends[0] ?? "", ends[1] ?? "");
  return (
    <Popover position="bottom-start" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" fw={400} leftSection={<CalendarDaysIcon width={18} />}>
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Group gap="sm">
            <TextInput
              type="date"
              label={t.runsFrom}
              value={from ?? ""}
              onChange={(event) => change({ from: event.currentTarget.value || null }, true)}
            />
            <TextInput
              type="date"
              label={t.runsUntil}
              value={until ?? ""}
              onChange={(event) => change({ until: event.currentTarget.value || null }, true)}
            />
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
