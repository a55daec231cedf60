import { type QueryClient, useQuery } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { mergeRows, type Row, rowFields, toRow } from "./rows.ts";
import type { ServerSort } from "./view.ts";

/** The campaigns that were read so far. */
export interface Listed {
  readonly rows: readonly Row[];
  /** False while more are on their way. */
  readonly isComplete: boolean;
  /** True when there are more than the list takes. */
  readonly isCut: boolean;
}

/** Begins as the keys of `listCampaigns` do, so that who changes a campaign elsewhere has the list read again. */
export const rowsKey = ["listCampaigns", "everyRow"] as const;

export const mostRows = 20_000;
const pageRows = 200;
/** More often would draw more than it tells. */
const rowsPerDrawing = 2_000;
/** Of so many only what has changed is read again. */
const manyRows = 1_000;
const fields = rowFields.join(",");

/**
 * Every campaign that one may see, page by page: the first page is there at once, in the order that is asked for, so that
 * searching, filtering and sorting then ask nobody. Read again every minute (five, for very many).
 */
export function useCampaignRows(sort: ServerSort) {
  return useQuery<Listed>({
    queryKey: rowsKey,
    queryFn: ({ client, signal }) => {
      const known = client.getQueryData<Listed>(rowsKey);
      const isKnown = known?.isComplete === true && !known.isCut && known.rows.length > manyRows;
      return isKnown ? readChanged(known, signal) : readAll(client, sort, signal);
    },
    structuralSharing: false,
    staleTime: ({ state }) => (state.data?.isComplete === true ? 30_000 : 0),
    refetchInterval: ({ state }) => ((state.data?.rows.length ?? 0) > manyRows ? 300_000 : 60_000),
  });
}

async function readAll(
  client: QueryClient,
  sort: ServerSort,
  signal: AbortSignal,
): Promise<Listed> {
  const isFirst = client.getQueryData<Listed>(rowsKey)?.isComplete !== true;
  let rows: readonly Row[] = [];
  let drawn = 0;
  let cursor: string | undefined;
  do {
    const input = { limit: pageRows, sort, fields, cursor } as const;
    const page = await api.listCampaigns(input, { signal });
    rows = [...rows, ...page.items.map(toRow)];
    cursor = page.nextCursor ?? undefined;
    const isDue = drawn === 0 || rows.length - drawn >= rowsPerDrawing;
    if (isFirst && isDue && cursor !== undefined) {
      client.setQueryData<Listed>(rowsKey, { rows, isComplete: false, isCut: false });
      drawn = rows.length;
    }
  } while (cursor !== undefined && rows.length < mostRows);
  return { rows, isComplete: true, isCut: cursor !== undefined };
}

/** What was written since, newest first, until something that is known as it is. */
async function readChanged(known: Listed, signal: AbortSignal): Promise<Listed> {
  const versions = new Map(known.rows.map(({ campaignId, version }) => [campaignId, version]));
  const isKnown = ({ campaignId, version }: Row) => versions.get(campaignId) === version;
  const fresh: Row[] = [];
  let cursor: string | undefined;
  do {
    const input = { limit: pageRows, sort: "-updatedAt", fields, cursor } as const;
    const page = await api.listCampaigns(input, { signal });
    const rows = page.items.map(toRow);
    fresh.push(...rows.filter((row) => !isKnown(row)));
    cursor = rows.some(isKnown) ? undefined : (page.nextCursor ?? undefined);
  } while (cursor !== undefined);
  return { ...known, rows: mergeRows(known.rows, fresh) };
}

/** Puts campaigns as they are now in the place of what the list shows of them. */
export function putRows(client: QueryClient, fresh: readonly Row[]): void {
  client.setQueryData<Listed>(rowsKey, (known) => {
    if (known === undefined) return known;
    const byId = new Map(fresh.map((row) => [row.campaignId, row]));
    return { ...known, rows: known.rows.map((row) => byId.get(row.campaignId) ?? row) };
  });
}
