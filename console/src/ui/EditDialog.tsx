import { Fragment, type ReactNode, useRef } from "react";
import type { Edited } from "./EditedList.tsx";
import { FormDialog } from "./FormDialog.tsx";

interface EditDialogProps<Item> {
  readonly edited: Edited<Item>;
  readonly onClose: () => void;
  readonly titles: { readonly create: string; readonly change: string };
  /** The form; null = of a new one. */
  readonly children: (item: Item | null) => ReactNode;
}

/** The form of a new thing or of one that exists, over the page. */
export function EditDialog<Item>({ edited, onClose, titles, children }: EditDialogProps<Item>) {
  // What stands in it stays while it fades; each opening begins a form of its own.
  const last = useRef({ edited, opening: 0 });
  const { current: before } = last;
  if (edited !== null && edited !== before.edited)
    last.current = { edited, opening: before.opening + 1 };
  const { edited: shown, opening } = last.current;
  return (
    <FormDialog
      opened={edited !== null}
      onClose={onClose}
      title={shown === "new" ? titles.create : titles.change}
    >
      {shown !== null && (
        <Fragment key={opening}>{children(shown === "new" ? null : shown)}</Fragment>
      )}
    </FormDialog>
  );
}
