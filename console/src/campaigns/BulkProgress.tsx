import { useFormat } from "../ui/useFormat.ts";
import { WorkProgress } from "../ui/WorkProgress.tsx";
import { useWords } from "../words/language.ts";
import type { Bulk } from "./useBulk.ts";
import { campaignsWords } from "./words.ts";

/** How far it is, and a way to stop behind the lines that are being written. */
export function BulkProgress({ bulk }: { readonly bulk: Bulk }) {
  const t = useWords(campaignsWords).bulk;
  const format = useFormat();
  const { all, isStopping, stop } = bulk;
  const done = all - bulk.outcome.left.length;
  const text = isStopping ? t.stopping : t.running(format.number(done), format.number(all));
  return <WorkProgress {...{ done, all, text, isStopping, stop: t.stop, onStop: stop }} />;
}
