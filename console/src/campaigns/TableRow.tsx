import { Anchor, Text } from "@mantine/core";
import { memo } from "react";
import { Link } from "react-router";
import { useFormat } from "../ui/useFormat.ts";
import { useZoneText } from "../ui/useZoneText.ts";
import { useWords } from "../words/language.ts";
import { BudgetCell } from "./BudgetCell.tsx";
import classes from "./campaigns.module.css";
import { BidText, DatesText, SpentText } from "./cells.tsx";
import type { ListProps } from "./listProps.ts";
import { PauseButton } from "./PauseButton.tsx";
import type { Health, Row } from "./rows.ts";
import { StateCell } from "./StateCell.tsx";
import { TickBox } from "./TickBox.tsx";
import type { ColumnId } from "./view.ts";
import { campaignsWords } from "./words.ts";

interface TableRowProps extends Pick<ListProps, "mayWrite" | "onToggle" | "onChange"> {
  readonly row: Row;
  readonly index: number;
  readonly start: number;
  readonly height: number;
  readonly health: Health | undefined;
  readonly advertiser: string | undefined;
  readonly showsAdvertiser: boolean;
  readonly columns: readonly ColumnId[];
  readonly isSelected: boolean;
}

/** One campaign. Drawn again only when something of it changes: scrolling draws only what comes into sight. */
export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { row, index, start, height, columns, isSelected, mayWrite, onToggle } = props;
  const t = useWords(campaignsWords);
  return (
    <tr
      aria-rowindex={index + 2}
      data-selected={isSelected}
      data-index={index}
      className={classes.row}
      style={{ height, transform: `translateY(${start}px)` }}
    >
      <td className={classes.cell} data-control="select">
        <TickBox
          label={t.select(row.name)}
          isTicked={isSelected}
          isDisabled={!mayWrite}
          onTick={(isRange) => onToggle(row.campaignId, isRange)}
        />
      </td>
      <NameCell {...props} />
      {columns.map((id) => (
        <td className={classes.cell} key={id}>
          <Cell id={id} {...props} />
        </td>
      ))}
      <td className={classes.cell} data-control="pause">
        {mayWrite && <PauseButton row={row} onChange={props.onChange} />}
      </td>
    </tr>
  );
});

function NameCell({ row, advertiser, showsAdvertiser }: TableRowProps) {
  const zone = useZoneText();
  const below = [showsAdvertiser ? advertiser : undefined, zone(row.zoneLabel ?? "")].filter(
    (text) => text !== undefined && text !== "",
  );
  return (
    <td className={classes.cell} data-control="name">
      <Anchor component={Link} to={`/campaigns/${row.campaignId}`} className={classes.name}>
        {row.name}
      </Anchor>
      <Text size="xs" c="dimmed" truncate title={below.join(" · ")}>
        {below.join(" · ")}
      </Text>
    </td>
  );
}

function Cell({ id, ...props }: TableRowProps & { readonly id: ColumnId }) {
  const { row, health, advertiser, mayWrite, onChange } = props;
  const format = useFormat();
  switch (id) {
    case "state":
      return <StateCell row={row} health={health} />;
    case "today":
      return <SpentText health={health} />;
    case "daily":
      return <BudgetCell row={row} mayWrite={mayWrite} onChange={onChange} />;
    case "dates":
      return <DatesText row={row} />;
    case "advertiser":
      return (
        <Text size="sm" truncate>
          {advertiser}
        </Text>
      );
    case "total":
      return <Text size="sm">{health && format.money(health.spentTotalMicros)}</Text>;
    case "bid":
      return <BidText row={row} />;
    default:
      return <Text size="sm">{format.day(row.updatedAt.slice(0, 10))}</Text>;
  }
}
