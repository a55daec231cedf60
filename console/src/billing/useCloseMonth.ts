import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api } from "../api/client.ts";

type ClosingState =
  | { readonly kind: "idle" }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "running" | "done" | "stopped"; readonly issued: number };

export interface Closing {
  readonly state: ClosingState;
  readonly start: (month: string) => Promise<void>;
  /** Ends after the part that is under way: what it issues stays issued. */
  readonly stop: () => void;
}

/** Closes a month, some hundred advertisers a call, until the server says that it is done. */
export function useCloseMonth(): Closing {
  const queryClient = useQueryClient();
  const [state, setState] = useState<ClosingState>({ kind: "idle" });
  const isStopped = useRef(false);
  const closeAll = async (month: string): Promise<ClosingState> => {
    let issued = 0;
    for (;;) {
      setState({ kind: "running", issued });
      const part = await api.closeMonth({ body: { month } });
      issued += part.issued.length;
      if (part.isDone) return { kind: "done", issued };
      if (isStopped.current) return { kind: "stopped", issued };
    }
  };
  return {
    state,
    stop: () => {
      isStopped.current = true;
    },
    async start(month) {
      isStopped.current = false;
      setState(
        await closeAll(month).catch((error: unknown) => ({ kind: "failed", error }) as const),
      );
      await queryClient.invalidateQueries({ queryKey: ["listInvoices"] });
    },
  };
}
