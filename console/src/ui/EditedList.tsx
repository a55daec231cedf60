import { PlusIcon } from "@heroicons/react/24/outline";
import { Button } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { PageHeader } from "./PageHeader.tsx";
import { EmptyState, QueryState } from "./states.tsx";

/** What is open in a form: one that exists, a new one, or nothing. */
export type Edited<Item> = Item | "new" | null;

interface EditedListProps<Item> {
  readonly words: {
    readonly title: string;
    readonly subtitle: string;
    readonly add: string;
    readonly none: { readonly title: string; readonly text: string };
  };
  /** Where there are none yet: an icon of @heroicons/react/24/outline. */
  readonly icon: ReactNode;
  readonly query: UseQueryResult<readonly Item[]>;
  readonly dialog: (edited: Edited<Item>, onClose: () => void) => ReactNode;
  readonly children: (items: readonly Item[], onEdit: (item: Item) => void) => ReactNode;
}

/** A page that lists things which are made and changed in a form over it. */
export function EditedList<Item>({ words, icon, query, dialog, children }: EditedListProps<Item>) {
  const [edited, setEdited] = useState<Edited<Item>>(null);
  const add = (
    <Button leftSection={<PlusIcon width={18} />} onClick={() => setEdited("new")}>
      {words.add}
    </Button>
  );
  return (
    <>
      <PageHeader title={words.title} subtitle={words.subtitle} actions={add} />
      <QueryState query={query}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState {...{ icon, ...words.none }} />
          ) : (
            children(items, (item) => setEdited(() => item))
          )
        }
      </QueryState>
      {dialog(edited, () => setEdited(null))}
    </>
  );
}
