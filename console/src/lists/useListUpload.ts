import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { AudienceList } from "../../../sdk/src/generated.ts";
import { api } from "../api/client.ts";
import {
  type HashedFile,
  hashFile,
  ListTooLongError,
  mostFileBytes,
  mostLinesAtOnce,
  toBodies,
} from "./listFile.ts";

type Step = "hashing" | "sending";

export type UploadState =
  | { readonly kind: "rest" }
  | { readonly kind: "running"; readonly step: Step; readonly done: number; readonly all: number }
  | { readonly kind: "done"; readonly file: HashedFile; readonly list: AudienceList }
  | { readonly kind: "nothing" }
  | { readonly kind: "stopped"; readonly sent: number }
  | { readonly kind: "failed"; readonly error: unknown; readonly sent: number };

export interface UploadOrder {
  readonly list: AudienceList;
  readonly file: File;
  /** Instead of what is on it, or besides. */
  readonly replaces: boolean;
}

export interface ListUpload {
  readonly state: UploadState;
  readonly start: (order: UploadOrder) => void;
  readonly stop: () => void;
}

/** A file on its way to a list: hashed here, sent part by part; between two it can be stopped. */
export function useListUpload(): ListUpload {
  const [state, setState] = useState<UploadState>({ kind: "rest" });
  const running = useRef<AbortController | null>(null);
  const queryClient = useQueryClient();
  useEffect(() => () => running.current?.abort(), []);
  const run = async (order: UploadOrder) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState({ kind: "running", step: "hashing", done: 0, all: 1 });
    const tell = (told: UploadState) => {
      if (running.current === controller) setState(told);
    };
    tell(await upload(order, controller.signal, tell));
    await queryClient.invalidateQueries({ queryKey: ["listAudienceLists"] });
  };
  return { state, start: (order) => void run(order), stop: () => running.current?.abort() };
}

async function upload(
  { list, file, replaces }: UploadOrder,
  signal: AbortSignal,
  tell: (state: UploadState) => void,
): Promise<UploadState> {
  let sent = 0;
  try {
    if (file.size > mostFileBytes) throw new ListTooLongError();
    const onProgress = (done: number, all: number) =>
      tell({ kind: "running", step: "hashing", done, all });
    const hashed = await hashFile(await file.text(), list.identifier, {
      sha256: hasher(),
      signal,
      onProgress,
    });
    if (hashed.hashes.length === 0) return { kind: "nothing" };
    let last = list;
    for (const [at, body] of toBodies(hashed.hashes).entries()) {
      tell({ kind: "running", step: "sending", done: sent, all: hashed.hashes.length });
      const { advertiserId, listId } = list;
      const input = { advertiserId, listId, body };
      last = await (replaces && at === 0
        ? api.replaceAudienceListEntries(input, { signal })
        : api.addAudienceListEntries(input, { signal }));
      sent = Math.min(hashed.hashes.length, sent + mostLinesAtOnce);
    }
    return { kind: "done", file: hashed, list: last };
  } catch (error) {
    return signal.aborted ? { kind: "stopped", sent } : { kind: "failed", error, sent };
  }
}

/** Browsers hash on pages of https and of this very machine only. */
function hasher(): ((text: string) => Promise<string>) | null {
  if (!isSecureContext) return null;
  const encoder = new TextEncoder();
  return async (text) => {
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(text));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join(
      "",
    );
  };
}
