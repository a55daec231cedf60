import { ArrowsUpDownIcon, CheckIcon } from "@heroicons/react/24/outline";
import { Button, Menu } from "@mantine/core";
import { useWords } from "../words/language.ts";
import type { ViewState } from "./useView.ts";
import { sortedBy, sortKeys } from "./view.ts";
import { campaignsWords } from "./words.ts";

/** By what the list is ordered: what has no column, too, and on phones the only place to say so. */
export function SortMenu({ view, change }: ViewState) {
  const t = useWords(campaignsWords);
  const check = <CheckIcon width={16} />;
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          fw={500}
          leftSection={<ArrowsUpDownIcon width={16} />}
          aria-label={`${t.sortBy} : ${t.sorts[view.sort]}`}
        >
          {t.sorts[view.sort]}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t.sortBy}</Menu.Label>
        {sortKeys.map((key) => (
          <Menu.Item
            key={key}
            leftSection={key === view.sort ? check : <span style={{ width: 16 }} />}
            onClick={() => key !== view.sort && change(sortedBy(view, key))}
          >
            {t.sorts[key]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => change({ isDescending: !view.isDescending })}>
          {view.isDescending ? t.ascending : t.descending}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
