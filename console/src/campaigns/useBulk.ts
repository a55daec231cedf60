import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api } from "../api/client.ts";
import { type BulkChange, undoOf } from "./bulkPlan.ts";
import { type BulkOutcome, runBulk } from "./runBulk.ts";
import { putRows, rowsKey } from "./useCampaignRows.ts";
import { healthKey } from "./useHealth.ts";

export interface Bulk {
  readonly step: "asked" | "running" | "done";
  readonly all: number;
  readonly outcome: BulkOutcome;
  readonly isStopping: boolean;
  /** True when what is told of is the taking back. */
  readonly isUndo: boolean;
  readonly run: (changes: readonly BulkChange[]) => void;
  readonly stop: () => void;
  readonly undo: () => void;
}

const nothing: BulkOutcome = { done: [], failed: [], left: [], fault: null };

/** Runs changes and keeps the list in step with what was written. */
export function useBulk(): Bulk {
  const client = useQueryClient();
  const [state, setState] = useState({ step: "asked" as Bulk["step"], all: 0, outcome: nothing });
  const [isUndo, setUndo] = useState(false);
  const [isStopping, setStopping] = useState(false);
  const isStopped = useRef(false);
  const run = async (changes: readonly BulkChange[]) => {
    isStopped.current = false;
    setStopping(false);
    setState({ step: "running", all: changes.length, outcome: { ...nothing, left: changes } });
    const outcome = await runBulk(changes, {
      send: (lines) => api.bulkCampaigns({ body: [...lines] }),
      onProgress: (present) => setState((known) => ({ ...known, outcome: present })),
      isStopped: () => isStopped.current,
    });
    putRows(
      client,
      outcome.done.map(({ change: { row, body }, version }) => ({ ...row, ...body, version })),
    );
    setState((known) => ({ ...known, step: "done", outcome }));
    await client.invalidateQueries({ queryKey: outcome.failed.length > 0 ? rowsKey : healthKey });
    await client.invalidateQueries({ queryKey: ["readCampaign"] });
  };
  return {
    ...state,
    isStopping,
    isUndo,
    run: (changes) => void run(changes),
    stop() {
      isStopped.current = true;
      setStopping(true);
    },
    undo() {
      setUndo(true);
      void run(undoOf(state.outcome.done));
    },
  };
}
