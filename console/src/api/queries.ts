import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import type {
  AnswerOf,
  CallOptions,
  InputOf,
  ItemOf,
  ListId,
  OperationId,
} from "../../../sdk/src/client.ts";
import { api } from "./client.ts";

type Call<Id extends OperationId> = (
  input: InputOf<Id>,
  options?: CallOptions,
) => Promise<AnswerOf<Id>>;

/** Each method takes what its operation takes; TypeScript cannot see that of a name that varies. */
function callOf<Id extends OperationId>(id: Id): Call<Id> {
  return api[id] as unknown as Call<Id>;
}

/**
 * One reading operation as a query: `useQuery(queryOf("readCampaign", { campaignId }))`. Its key is `[id, input]`, so that
 * `queryClient.invalidateQueries({ queryKey: ["listCampaigns"] })` reaches all pages and filters of a list.
 */
export function queryOf<Id extends OperationId>(id: Id, input: InputOf<Id>) {
  return queryOptions({
    queryKey: [id, input] as const,
    queryFn: ({ signal }) => callOf(id)(input, { signal }),
  });
}

/** Operations that answer a page of items and take the cursor of the next. */
type Paged = {
  [Id in ListId]: InputOf<Id> extends { readonly cursor?: string | undefined } ? Id : never;
}[ListId];

/**
 * A list page by page: `useInfiniteQuery(pagesOf("listUsers", { limit: 50 }))`; `data.pages.flatMap((page) => page.items)`.
 * Its key is `[id, "pages", input]`: invalidating `[id]` reaches it too.
 */
export function pagesOf<Id extends Paged>(id: Id, input: InputOf<Id>) {
  return infiniteQueryOptions({
    queryKey: [id, "pages", input] as const,
    queryFn: async ({ pageParam, signal }) => {
      const page = await callOf(id)({ ...input, cursor: pageParam }, { signal });
      return page as { readonly items: readonly ItemOf<Id>[]; readonly nextCursor: string | null };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/**
 * A whole list, for what is ordered or searched here: `useQuery(everyOf("listPayments", { advertiserId, limit: 200 }))`.
 * No more than `most` items are read. Its key is `[id, "every", input]`: invalidating `[id]` reaches it too.
 */
export function everyOf<Id extends ListId>(id: Id, input: InputOf<Id>, most = 2_000) {
  return queryOptions({
    queryKey: [id, "every", input] as const,
    queryFn: async ({ signal }): Promise<readonly ItemOf<Id>[]> => {
      const items: ItemOf<Id>[] = [];
      for await (const item of api.every(id, input, { signal })) {
        items.push(item);
        if (items.length >= most) break;
      }
      return items;
    },
  });
}

/** What a call needs: the operation's input, and perhaps the version that a change is based on. */
export interface Write<Id extends OperationId> {
  readonly input: InputOf<Id>;
  readonly ifVersion?: number | undefined;
}

/**
 * One writing operation: `const change = useWrite("changeCampaign", ["readCampaign", "listCampaigns"])`, then
 * `change.mutate({ input: { campaignId, body }, ifVersion })`. What the named operations have read is read again after it.
 */
export function useWrite<Id extends OperationId>(id: Id, reads: readonly OperationId[]) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationKey: [id],
    mutationFn: ({ input, ifVersion }: Write<Id>) => callOf(id)(input, { ifVersion }),
    onSuccess: () =>
      Promise.all(reads.map((read) => queryClient.invalidateQueries({ queryKey: [read] }))),
  });
}
