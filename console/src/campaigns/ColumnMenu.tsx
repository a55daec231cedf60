import { ViewColumnsIcon } from "@heroicons/react/24/outline";
import { Button, Checkbox, Popover, Stack } from "@mantine/core";
import { useWords } from "../words/language.ts";
import type { ViewState } from "./useView.ts";
import { columnIds } from "./view.ts";
import { campaignsWords } from "./words.ts";

/** Which columns the table has besides the name. */
export function ColumnMenu({ view, change }: ViewState) {
  const t = useWords(campaignsWords);
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          fw={500}
          leftSection={<ViewColumnsIcon width={16} />}
        >
          {t.columnsButton}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {columnIds.map((id) => (
            <Checkbox
              key={id}
              label={t.columns[id]}
              checked={view.columns.includes(id)}
              onChange={({ currentTarget: { checked } }) =>
                change(
                  {
                    columns: columnIds.filter((one) =>
                      one === id ? checked : view.columns.includes(one),
                    ),
                  },
                  true,
                )
              }
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
