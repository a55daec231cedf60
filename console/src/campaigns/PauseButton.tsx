import { PauseIcon, PlayIcon } from "@heroicons/react/24/outline";
import { ActionIcon } from "@mantine/core";
import { toastDone } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import type { ListProps } from "./listProps.ts";
import type { Row } from "./rows.ts";
import { campaignsWords } from "./words.ts";

/** Pauses what runs, resumes what is paused; drafts and what has ended have neither. */
export function PauseButton({
  row,
  onChange,
}: { readonly row: Row } & Pick<ListProps, "onChange">) {
  const t = useWords(campaignsWords);
  if (row.status !== "active" && row.status !== "paused") return null;
  const isActive = row.status === "active";
  const label = isActive ? t.pause(row.name) : t.resume(row.name);
  const change = () =>
    onChange({
      row,
      wanted: { status: isActive ? "paused" : "active" },
      onDone: () => toastDone(isActive ? t.paused(row.name) : t.resumed(row.name)),
    });
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      onClick={change}
    >
      {isActive ? <PauseIcon width={18} /> : <PlayIcon width={18} />}
    </ActionIcon>
  );
}
