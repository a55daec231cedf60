import { Anchor, Checkbox, Group, Text } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { useZoneText } from "../ui/useZoneText.ts";
import { useWords } from "../words/language.ts";
import { BudgetCell } from "./BudgetCell.tsx";
import classes from "./campaigns.module.css";
import { SpentText } from "./cells.tsx";
import type { ListProps } from "./listProps.ts";
import { PauseButton } from "./PauseButton.tsx";
import type { Row } from "./rows.ts";
import { StateCell } from "./StateCell.tsx";
import { useLiveHealth } from "./useHealth.ts";
import { campaignsWords } from "./words.ts";

const usualHeight = 168;
const gap = 10;

/** The list on a phone: a card a campaign, scrolled with the page. */
export function CampaignCards(props: ListProps) {
  const { rows } = props;
  const t = useWords(campaignsWords);
  const list = useRef<HTMLUListElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), []);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => usualHeight,
    overscan: 4,
    gap,
    scrollMargin: margin,
    getItemKey: (index) => rows[index]?.campaignId ?? index,
  });
  const items = virtualizer.getVirtualItems();
  useLiveHealth(rows.slice(items[0]?.index ?? 0, (items.at(-1)?.index ?? 0) + 1));
  return (
    <ul
      ref={list}
      className={classes.cards}
      aria-label={t.table}
      style={{ height: virtualizer.getTotalSize() }}
    >
      {items.map(({ index, key, start }) => {
        const row = rows[index];
        return row === undefined ? null : (
          <li
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            aria-posinset={index + 1}
            aria-setsize={rows.length}
            className={classes.card}
            style={{ transform: `translateY(${start - margin}px)` }}
          >
            <Card row={row} {...props} />
          </li>
        );
      })}
    </ul>
  );
}

function Card({ row, ...props }: ListProps & { readonly row: Row }) {
  const { healths, names, selection, mayWrite, onToggle, onChange } = props;
  const t = useWords(campaignsWords);
  const health = healths.get(row.campaignId);
  const advertiser = names.size > 1 ? names.get(row.advertiserId) : undefined;
  const zone = useZoneText();
  const below = [advertiser, zone(row.zoneLabel ?? "")].filter(
    (text) => text !== undefined && text !== "",
  );
  return (
    <>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        {mayWrite && (
          <Checkbox
            mt={3}
            size="md"
            aria-label={t.select(row.name)}
            checked={selection.ids.has(row.campaignId)}
            onChange={() => onToggle(row.campaignId, false)}
          />
        )}
        <div className={classes.grow}>
          <Anchor component={Link} to={`/campaigns/${row.campaignId}`} className={classes.name}>
            {row.name}
          </Anchor>
          <Text size="xs" c="dimmed" truncate>
            {below.join(" · ")}
          </Text>
        </div>
        {mayWrite && <PauseButton row={row} onChange={onChange} />}
      </Group>
      <div className={classes.cardState}>
        <StateCell row={row} health={health} isWhole />
      </div>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
        <div className={classes.grow}>
          <Text size="xs" c="dimmed">
            {t.columns.today}
          </Text>
          <SpentText health={health} />
        </div>
        <div>
          <Text size="xs" c="dimmed">
            {t.columns.daily}
          </Text>
          <BudgetCell row={row} mayWrite={mayWrite} onChange={onChange} />
        </div>
      </Group>
    </>
  );
}
