import { FunnelIcon, MagnifyingGlassIcon, XMarkIcon } from "@heroicons/react/24/outline";
import { ActionIcon, Button, Group, Text, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import type { HealthById } from "./arrange.ts";
import { ColumnMenu } from "./ColumnMenu.tsx";
import classes from "./campaigns.module.css";
import { ExportButton } from "./ExportButton.tsx";
import { Filters } from "./Filters.tsx";
import type { Row } from "./rows.ts";
import { SortMenu } from "./SortMenu.tsx";
import type { NamesById } from "./useAdvertiserNames.ts";
import type { Listed } from "./useCampaignRows.ts";
import type { ViewState } from "./useView.ts";
import { filterCount, usualView } from "./view.ts";
import { campaignsWords } from "./words.ts";

export interface ListToolsProps extends ViewState {
  readonly listed: Listed;
  readonly shown: readonly Row[];
  readonly healths: HealthById;
  readonly names: NamesById;
}

/** Finding, filtering, ordering and taking away what the list shows. */
export function ListTools(props: ListToolsProps) {
  const { view, change } = props;
  const t = useWords(campaignsWords);
  const isPhone = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const [isOpen, setOpen] = useState(false);
  const count = filterCount(view);
  return (
    <>
      <search className={classes.tools}>
        <Search search={view.search} onSearch={(search) => change({ search }, true)} />
        {isPhone ? (
          <Button
            variant="default"
            leftSection={<FunnelIcon width={18} />}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {count === 0 ? t.filters : `${t.filters} (${count})`}
          </Button>
        ) : (
          <Filters {...props} />
        )}
        {isPhone && isOpen && <Filters {...props} />}
      </search>
      <Group justify="space-between" gap="sm">
        <Group gap="xs">
          <Count {...props} />
          <ClearFilters view={view} change={change} />
        </Group>
        <Group gap={4}>
          <SortMenu view={view} change={change} />
          {!isPhone && <ColumnMenu view={view} change={change} />}
          <ExportButton {...props} />
        </Group>
      </Group>
    </>
  );
}

function Search({
  search,
  onSearch,
}: {
  readonly search: string;
  readonly onSearch: (search: string) => void;
}) {
  const t = useWords(campaignsWords);
  const [text, setText] = useState(search);
  // What the address says after going back counts; what is being typed already says the same.
  useEffect(() => setText((present) => (present.trim() === search ? present : search)), [search]);
  const type = (value: string) => {
    setText(value);
    onSearch(value);
  };
  return (
    <TextInput
      className={classes.search}
      type="search"
      aria-label={t.searchLabel}
      placeholder={t.search}
      value={text}
      maxLength={100}
      onChange={(event) => type(event.currentTarget.value)}
      leftSection={<MagnifyingGlassIcon width={18} />}
      rightSection={
        text !== "" && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t.clearSearch}
            onClick={() => type("")}
          >
            <XMarkIcon width={18} />
          </ActionIcon>
        )
      }
    />
  );
}

function ClearFilters({ view, change }: ViewState) {
  const t = useWords(campaignsWords);
  const { columns, sort, isDescending, search, ...noFilters } = usualView;
  if (filterCount(view) === 0) return null;
  return (
    <Button variant="subtle" size="compact-sm" onClick={() => change(noFilters)}>
      {t.clearFilters}
    </Button>
  );
}

function Count({ listed, shown }: ListToolsProps) {
  const t = useWords(campaignsWords);
  const format = useFormat();
  const all = listed.rows.length;
  const text =
    shown.length === all
      ? t.count(format.number(all), all === 1)
      : t.countOf(format.number(shown.length), format.number(all));
  return (
    <Text size="sm" c="dimmed" role="status">
      {listed.isComplete ? text : t.loadingMore(format.number(all))}
    </Text>
  );
}
