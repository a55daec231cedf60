import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api } from "../api/client.ts";
import type { HealthById } from "./arrange.ts";
import { partsOf, withHealth } from "./healths.ts";
import type { Health, Row } from "./rows.ts";

export const healthKey = ["readCampaignHealth", "everyRow"] as const;

const idsPerCall = 200;
const callsAtOnce = 3;
const liveIdsPerCall = 50;
/** Somebody who scrolls reads nothing yet. */
const restingMs = 150;
/** As long as the server remembers what it has worked out. */
const liveCountsMs = 30_000;
const nobody: HealthById = new Map();

/** How all campaigns of the list do, by what is stored; read once they are all known, and every minute or five. */
export function useHealth(rows: readonly Row[], isComplete: boolean): HealthById {
  const query = useQuery<HealthById>({
    queryKey: healthKey,
    queryFn: ({ client, signal }) => readHealth(client, rows, signal),
    enabled: isComplete && rows.length > 0,
    structuralSharing: false,
    refetchInterval: rows.length > 1_000 ? 300_000 : 60_000,
  });
  return query.data ?? nobody;
}

/** What runs comes first: the rest only has sums to tell. */
async function readHealth(
  client: QueryClient,
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<HealthById> {
  const isRunning = (row: Row) => row.status === "active";
  const sorted = [...rows.filter(isRunning), ...rows.filter((row) => !isRunning(row))];
  const parts = partsOf(
    sorted.map(({ campaignId }) => campaignId),
    idsPerCall,
  );
  for (const together of partsOf(parts, callsAtOnce)) {
    const answers = await Promise.all(
      together.map((ids) => api.readCampaignHealth({ campaignIds: ids.join(",") }, { signal })),
    );
    putHealth(
      client,
      answers.flatMap(({ items }) => items),
    );
  }
  return client.getQueryData<HealthById>(healthKey) ?? nobody;
}

/** Adds news of some campaigns. */
export function putHealth(client: QueryClient, news: readonly Health[]): void {
  client.setQueryData<HealthById>(healthKey, (known) =>
    withHealth(known ?? nobody, news, Date.now()),
  );
}

/** Has worked out anew what is seen, once it rests: in one call, and again only when that may tell something new. */
export function useLiveHealth(shown: readonly Row[]): void {
  const client = useQueryClient();
  const asked = useRef(new Map<string, number>());
  const ids = shown.filter(({ status }) => status === "active").slice(0, liveIdsPerCall);
  const keys = ids.map(({ campaignId, version }) => `${campaignId}.${version}`).join(" ");
  useEffect(() => {
    if (keys === "") return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const nowMs = Date.now();
      const due = keys
        .split(" ")
        .filter((key) => nowMs - (asked.current.get(key) ?? 0) > liveCountsMs);
      if (due.length === 0) return;
      for (const key of due) asked.current.set(key, nowMs);
      const campaignIds = due.map((key) => key.split(".")[0]).join(",");
      api.readCampaignHealth({ campaignIds, live: "true" }, { signal: abort.signal }).then(
        ({ items }) => putHealth(client, items),
        // What is stored stands there; whoever comes by again asks again.
        () => {
          for (const key of due) asked.current.delete(key);
        },
      );
    }, restingMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, keys]);
}
