import type { InputOf } from "../../../sdk/src/client.ts";
import type { Status } from "./rows.ts";

/** What the list is ordered by. */
export const sortKeys = [
  "name",
  "trouble",
  "today",
  "total",
  "daily",
  "startsOn",
  "endsOn",
  "bid",
  "createdAt",
  "updatedAt",
] as const;
export type SortKey = (typeof sortKeys)[number];

/** What can be shown besides the name. */
export const columnIds = [
  "state",
  "today",
  "daily",
  "dates",
  "advertiser",
  "total",
  "bid",
  "updatedAt",
] as const;
export type ColumnId = (typeof columnIds)[number];
export const usualColumns: readonly ColumnId[] = ["state", "today", "daily", "dates"];

export const statuses = ["active", "paused", "draft", "ended"] as const satisfies readonly Status[];

/** Everything that says what the list shows: it stands in the address, so that reloading and going back keep it. */
export interface View {
  /** Names that contain it. */
  readonly search: string;
  readonly status: Status | null;
  readonly advertiserId: number | null;
  /** Running on some day from here to there, both included. */
  readonly from: string | null;
  readonly until: string | null;
  /** Only what needs somebody's attention. */
  readonly isTroubled: boolean;
  readonly sort: SortKey;
  readonly isDescending: boolean;
  readonly columns: readonly ColumnId[];
}

export const usualView: View = {
  search: "",
  status: null,
  advertiserId: null,
  from: null,
  until: null,
  isTroubled: false,
  sort: "createdAt",
  isDescending: true,
  columns: usualColumns,
};

const maxSearchCharacters = 100;
const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** Reads the address; what makes no sense counts as not said. Pure. */
export function readView(query: URLSearchParams): View {
  const sort = query.get("sort") ?? "";
  const key = oneOf(sortKeys, sort.replace(/^-/, ""));
  const advertiserId = Number(query.get("advertiser") ?? "");
  return {
    search: (query.get("q") ?? "").slice(0, maxSearchCharacters),
    status: oneOf(statuses, query.get("status")),
    advertiserId: Number.isSafeInteger(advertiserId) && advertiserId > 0 ? advertiserId : null,
    from: dayOf(query.get("from")),
    until: dayOf(query.get("until")),
    isTroubled: query.get("trouble") === "1",
    sort: key ?? usualView.sort,
    isDescending: key === null ? usualView.isDescending : sort.startsWith("-"),
    columns: readColumns(query.get("columns")),
  };
}

function oneOf<Word extends string>(words: readonly Word[], text: string | null): Word | null {
  return words.find((word) => word === text) ?? null;
}

const dayOf = (text: string | null): string | null =>
  text !== null && dayPattern.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;

function readColumns(text: string | null): readonly ColumnId[] {
  if (text === null) return usualColumns;
  const wanted = text.split(",");
  return columnIds.filter((id) => wanted.includes(id));
}

/** The address of a view; what is as usual is left out. Pure. */
export function writeView(view: View): URLSearchParams {
  const said: Readonly<Record<string, string | null>> = {
    q: view.search.trim() || null,
    status: view.status,
    advertiser: view.advertiserId === null ? null : String(view.advertiserId),
    from: view.from,
    until: view.until,
    trouble: view.isTroubled ? "1" : null,
    sort: isUsualSort(view) ? null : `${view.isDescending ? "-" : ""}${view.sort}`,
    columns: isUsualColumns(view) ? null : view.columns.join(","),
  };
  const entries = Object.entries(said).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return new URLSearchParams(entries);
}

const isUsualSort = ({ sort, isDescending }: View) =>
  sort === usualView.sort && isDescending === usualView.isDescending;

const isUsualColumns = ({ columns }: View) =>
  columns.length === usualColumns.length && usualColumns.every((id) => columns.includes(id));

/** How many filters hold back something; the search is seen anyway. */
export function filterCount(view: View): number {
  const { status, advertiserId, from, until, isTroubled } = view;
  return [status, advertiserId, from ?? until, isTroubled || null].filter((one) => one !== null)
    .length;
}

/** Where a first click sorts downwards: figures and times, of which the greatest is looked for. */
const downwards: readonly SortKey[] = [
  "trouble",
  "today",
  "total",
  "daily",
  "bid",
  "createdAt",
  "updatedAt",
];

/** The view after a click on a column's head. Pure. */
export function sortedBy(view: View, sort: SortKey): View {
  if (view.sort === sort) return { ...view, isDescending: !view.isDescending };
  return { ...view, sort, isDescending: downwards.includes(sort) };
}

export type ServerSort = NonNullable<InputOf<"listCampaigns">["sort"]>;

const serverSorts: Readonly<Partial<Record<SortKey, readonly [ServerSort, ServerSort]>>> = {
  name: ["name", "-name"],
  startsOn: ["startsOn", "-startsOn"],
  endsOn: ["endsOn", "-endsOn"],
  bid: ["bidMicros", "-bidMicros"],
  createdAt: ["createdAt", "-createdAt"],
  updatedAt: ["updatedAt", "-updatedAt"],
};

/** How the API can order what is loaded first, so that the first page is the right one at once. */
export function serverSort({ sort, isDescending }: View): ServerSort {
  return serverSorts[sort]?.[isDescending ? 1 : 0] ?? "-createdAt";
}
