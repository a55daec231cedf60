import { ChevronDownIcon, ChevronUpIcon } from "@heroicons/react/16/solid";
import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../words/language.ts";
import classes from "./campaigns.module.css";
import { type ColumnId, type SortKey, sortedBy, type View } from "./view.ts";
import { campaignsWords } from "./words.ts";

interface TableHeadProps {
  readonly view: View;
  readonly onSort: (part: Partial<View>) => void;
  /** The box that ticks all. */
  readonly children: ReactNode;
}

const sortOf: Readonly<Record<ColumnId, SortKey | null>> = {
  state: "trouble",
  today: "today",
  daily: "daily",
  dates: "endsOn",
  advertiser: null,
  total: "total",
  bid: "bid",
  updatedAt: "updatedAt",
};

export function TableHead({ view, onSort, children }: TableHeadProps) {
  const t = useWords(campaignsWords);
  return (
    <thead className={classes.head}>
      <tr aria-rowindex={1} className={classes.row}>
        <th scope="col" className={classes.cell}>
          {children}
        </th>
        <Column label={t.columns.name} sort="name" {...{ view, onSort }} />
        {view.columns.map((id) => (
          <Column key={id} label={t.columns[id]} sort={sortOf[id]} {...{ view, onSort }} />
        ))}
        <th scope="col" className={classes.cell}>
          <VisuallyHidden>{t.columns.actions}</VisuallyHidden>
        </th>
      </tr>
    </thead>
  );
}

interface ColumnProps extends Pick<TableHeadProps, "view" | "onSort"> {
  readonly label: string;
  /** Null = nothing is sorted by it. */
  readonly sort: SortKey | null;
}

function Column({ label, sort, view, onSort }: ColumnProps) {
  const isSorted = view.sort === sort;
  const order = isSorted ? (view.isDescending ? "descending" : "ascending") : "none";
  if (sort === null)
    return (
      <th scope="col" className={classes.cell}>
        {label}
      </th>
    );
  const Icon = view.isDescending ? ChevronDownIcon : ChevronUpIcon;
  return (
    <th scope="col" aria-sort={order} className={classes.cell}>
      <UnstyledButton className={classes.sorter} onClick={() => onSort(sortedBy(view, sort))}>
        {label}
        {isSorted && <Icon width={14} />}
      </UnstyledButton>
    </th>
  );
}
