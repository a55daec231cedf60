import { ArrowDownTrayIcon } from "@heroicons/react/24/outline";
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api } from "../api/client.ts";
import { toastDone, toastProblem } from "../ui/toasts.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useLanguage, useWords } from "../words/language.ts";
import { byteOrderMark } from "./csv.ts";
import { type ExportWords, exportHead, exportLines } from "./exportRows.ts";
import { partsOf, withHealth } from "./healths.ts";
import type { ListToolsProps } from "./ListTools.tsx";
import { putHealth } from "./useHealth.ts";
import { campaignsWords } from "./words.ts";

const rowsPerCall = 200;

/** Takes away what the list shows as a file: part by part with fresh figures, so that it can be stopped. */
export function ExportButton({ shown, healths, names }: ListToolsProps) {
  const t = useWords(campaignsWords);
  const format = useFormat();
  const language = useLanguage();
  const client = useQueryClient();
  const [share, setShare] = useState<number | null>(null);
  const running = useRef<AbortController | null>(null);
  const words: ExportWords = { ...t, language };
  const run = async () => {
    const abort = new AbortController();
    running.current = abort;
    const { signal } = abort;
    const lines: string[] = [byteOrderMark, exportHead(words)];
    try {
      for (const [index, part] of partsOf(shown, rowsPerCall).entries()) {
        setShare((index * rowsPerCall) / shown.length);
        const campaignIds = part.map(({ campaignId }) => campaignId).join(",");
        const { items } = await api.readCampaignHealth({ campaignIds }, { signal });
        putHealth(client, items);
        lines.push(exportLines(part, withHealth(healths, items, Date.now()), names, words));
      }
      save(lines, `${t.csv.file}-${new Date().toISOString().slice(0, 10)}.csv`);
      toastDone(t.exported(format.number(shown.length)));
    } catch (error) {
      if (signal.aborted) toastDone(t.exportStopped);
      else toastProblem(error);
    } finally {
      setShare(null);
    }
  };
  if (share !== null)
    return (
      <Button variant="light" size="compact-sm" fw={500} onClick={() => running.current?.abort()}>
        {t.exporting(format.percent(share, 0))} · {t.bulk.stop}
      </Button>
    );
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      fw={500}
      leftSection={<ArrowDownTrayIcon width={16} />}
      title={t.exportHint}
      disabled={shown.length === 0}
      onClick={() => void run()}
    >
      {t.export}
    </Button>
  );
}

/** Hands a file over as a download. */
function save(parts: readonly string[], name: string): void {
  const url = URL.createObjectURL(new Blob([...parts], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // A later turn: the browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
