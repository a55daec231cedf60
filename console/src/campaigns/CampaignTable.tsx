import { Checkbox } from "@mantine/core";
import { defaultRangeExtractor, useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useLocation } from "react-router";
import { useWords } from "../words/language.ts";
import classes from "./campaigns.module.css";
import type { ListProps } from "./listProps.ts";
import { tickOf } from "./selection.ts";
import { TableHead } from "./TableHead.tsx";
import { TableRow } from "./TableRow.tsx";
import { useLiveHealth } from "./useHealth.ts";
import { useStable } from "./useStable.ts";
import type { ColumnId } from "./view.ts";
import { campaignsWords } from "./words.ts";

const rowHeight = 68;
const overscanRows = 6;

const widths: Readonly<Record<ColumnId, string>> = {
  state: "minmax(210px, 1.6fr)",
  today: "minmax(104px, 0.6fr)",
  daily: "minmax(124px, 0.6fr)",
  dates: "minmax(122px, 0.6fr)",
  advertiser: "minmax(140px, 1fr)",
  total: "minmax(110px, 0.6fr)",
  bid: "minmax(110px, 0.6fr)",
  updatedAt: "minmax(110px, 0.6fr)",
};

/** Where somebody was in each list, for when they come back. */
const offsets = new Map<string, number>();

/** Ten thousand campaigns of which the visible ones are drawn. */
export function CampaignTable(props: ListProps) {
  const { rows, view } = props;
  const t = useWords(campaignsWords);
  const { key } = useLocation();
  const { scroller, virtualizer, setFocused } = useRows(rows.length, key);
  const onKeyDown = useRowKeys(scroller, rows.length, (index) => {
    setFocused(index);
    virtualizer.scrollToIndex(index);
  });
  const columns = ["44px", "minmax(200px, 1.3fr)", ...view.columns.map((id) => widths[id]), "56px"];
  const style = { "--columns": columns.join(" ") } as CSSProperties;
  return (
    <div className={classes.scroller} ref={scroller} style={style}>
      <table aria-label={t.table} aria-rowcount={rows.length + 1} className={classes.table}>
        <TableHead view={view} onSort={props.onSort}>
          <AllBox {...props} />
        </TableHead>
        <tbody
          className={classes.rows}
          style={{ height: virtualizer.getTotalSize() }}
          onKeyDown={onKeyDown}
          onFocus={(event) => setFocused(indexOf(event.target))}
        >
          <Rows {...props} items={virtualizer.getVirtualItems()} />
        </tbody>
      </table>
    </div>
  );
}

function AllBox({ rows, selection, mayWrite, onToggleAll }: ListProps) {
  const t = useWords(campaignsWords);
  const tick = useMemo(
    () =>
      tickOf(
        selection,
        rows.map(({ campaignId }) => campaignId),
      ),
    [selection, rows],
  );
  return (
    <Checkbox
      aria-label={t.selectAll}
      checked={tick === "all"}
      indeterminate={tick === "some"}
      onChange={onToggleAll}
      disabled={!mayWrite}
    />
  );
}

/** The rows that are in sight. */
function Rows({ items, ...props }: ListProps & { readonly items: readonly VirtualItem[] }) {
  const { rows, view, selection, mayWrite } = props;
  const first = items[0]?.index ?? 0;
  useLiveHealth(rows.slice(first, (items.at(-1)?.index ?? 0) + 1));
  const onToggle = useStable(props.onToggle);
  const onChange = useStable(props.onChange);
  return items.map(({ index, start }) => {
    const row = rows[index];
    return row === undefined ? null : (
      <TableRow
        key={row.campaignId}
        row={row}
        index={index}
        start={start}
        height={rowHeight}
        health={props.healths.get(row.campaignId)}
        advertiser={props.names.get(row.advertiserId)}
        showsAdvertiser={props.names.size > 1}
        columns={view.columns}
        isSelected={selection.ids.has(row.campaignId)}
        mayWrite={mayWrite}
        onToggle={onToggle}
        onChange={onChange}
      />
    );
  });
}

/** The virtual rows; the one that has the focus stays drawn, and the place is kept for the way back. */
function useRows(count: number, key: string) {
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: overscanRows,
    initialOffset: () => offsets.get(key) ?? 0,
    scrollPaddingStart: rowHeight,
    rangeExtractor: (range) => {
      const indexes = defaultRangeExtractor(range);
      const isDrawn = focused === null || focused >= count || indexes.includes(focused);
      return isDrawn ? indexes : [...indexes, focused].sort((one, other) => one - other);
    },
  });
  useLayoutEffect(() => {
    const element = scroller.current;
    const keep = () => offsets.set(key, element?.scrollTop ?? 0);
    element?.addEventListener("scroll", keep, { passive: true });
    return () => element?.removeEventListener("scroll", keep);
  }, [key]);
  return { scroller, virtualizer, setFocused };
}

function indexOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
  return row === null ? null : Number(row.dataset.index);
}

/** Arrows walk from a control to the same control of the row above or below; Home and End to the first and last row. */
function useRowKeys(
  scroller: React.RefObject<HTMLDivElement | null>,
  count: number,
  show: (index: number) => void,
) {
  return (event: KeyboardEvent<HTMLElement>): void => {
    const { target, currentTarget } = event;
    if (!(target instanceof HTMLElement) || !currentTarget.contains(target)) return;
    const index = indexOf(target);
    const control = target.closest<HTMLElement>("[data-control]")?.dataset.control;
    if (index === null || control === undefined) return;
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: count - 1 }[event.key];
    if (next === undefined || next < 0 || next >= count) return;
    event.preventDefault();
    show(next);
    // The row is drawn within the next two frames.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => focusControl(scroller.current, next, control)),
    );
  };
}

function focusControl(scroller: HTMLElement | null, index: number, control: string): void {
  const cell = scroller?.querySelector(`[data-index="${index}"] [data-control="${control}"]`);
  const focusable = cell?.matches("a,button,input") ? cell : cell?.querySelector("a,button,input");
  if (focusable instanceof HTMLElement) focusable.focus({ preventScroll: true });
}
