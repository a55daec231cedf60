import { useMutation, useQueryClient } from "@tanstack/react-query";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { api } from "../api/client.ts";
import { toastProblem } from "../ui/toasts.ts";
import type { ChangedFields } from "./bulkPlan.ts";
import { type ListedCampaign, type Row, toRow } from "./rows.ts";
import { putRows } from "./useCampaignRows.ts";

export interface RowChange {
  readonly row: Row;
  readonly wanted: ChangedFields;
  readonly onDone?: (() => void) | undefined;
}

/** A change that met somebody else's. */
export interface Conflict extends RowChange {
  readonly theirs: ListedCampaign;
  /** Who it was and when (ISO 8601), where that may be told. */
  readonly by: { readonly name: string; readonly at: string } | null;
}

/**
 * Changes one campaign where it stands: the list shows it at once, and takes it back when the server refuses. Whoever has
 * read an older version is not obeyed: `onConflict` gets both.
 */
export function useChangeRow(onConflict: (conflict: Conflict) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: ["changeCampaign"],
    mutationFn: ({ row, wanted }: RowChange) =>
      api.changeCampaign({ campaignId: row.campaignId, body: wanted }, { ifVersion: row.version }),
    onMutate: ({ row, wanted }) => putRows(client, [{ ...row, ...wanted }]),
    onSuccess: async (campaign, { onDone }) => {
      putRows(client, [toRow(campaign)]);
      onDone?.();
      await client.invalidateQueries({ queryKey: ["readCampaign"] });
    },
    onError: async (error, change) => {
      putRows(client, [change.row]);
      const isConflict =
        error instanceof AtelierProblem &&
        (error.code === "precondition_failed" || error.code === "conflict");
      if (!isConflict) return toastProblem(error);
      const found = await readTheirs(change).catch(() => null);
      if (found === null) return toastProblem(error);
      putRows(client, [toRow(found.theirs)]);
      onConflict(found);
    },
  });
}

async function readTheirs(change: RowChange): Promise<Conflict> {
  const { campaignId } = change.row;
  const [theirs, history] = await Promise.all([
    api.readCampaign({ campaignId }),
    api.readCampaignHistory({ campaignId, limit: 1 }).catch(() => null),
  ]);
  const entry = history?.items[0];
  const by = entry === undefined ? null : { name: entry.actor.label, at: entry.at };
  return { ...change, theirs, by };
}
