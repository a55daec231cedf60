import { IdentificationIcon, PlusIcon } from "@heroicons/react/24/outline";
import { Button, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AudienceList } from "../../../sdk/src/generated.ts";
import { useAccountHolder } from "../api/accountHolder.ts";
import { queryOf, useWrite } from "../api/queries.ts";
import { useMay } from "../api/session.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { OfOneAdvertiser } from "../ui/OfOneAdvertiser.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState, QueryState } from "../ui/states.tsx";
import { toastDone, toastProblem } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import { FillDialog } from "./FillDialog.tsx";
import { type ListAction, ListTable } from "./ListTable.tsx";
import { NewListDialog } from "./NewListDialog.tsx";
import { UseDialog } from "./UseDialog.tsx";
import { listsWords } from "./words.ts";

/** Lists of customers of one advertiser. */
export function ListsPage() {
  const t = useWords(listsWords);
  const holder = useAccountHolder();
  const { advertiser } = holder;
  const mayWrite = useMay("campaigns:write");
  const [isAdding, { open, close }] = useDisclosure();
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        actions={
          advertiser !== null &&
          mayWrite && (
            <Button leftSection={<PlusIcon width={18} />} onClick={open}>
              {t.add}
            </Button>
          )
        }
      />
      <OfOneAdvertiser holder={holder} label={t.choose} hint={t.chooseHint}>
        {(chosen) =>
          chosen !== null && (
            <>
              <Lists advertiserId={chosen.advertiserId} />
              <NewListDialog
                key={chosen.advertiserId}
                advertiserId={chosen.advertiserId}
                opened={isAdding}
                onClose={close}
              />
            </>
          )
        }
      </OfOneAdvertiser>
    </>
  );
}

const recountMs = 15_000;

function Lists({ advertiserId }: { readonly advertiserId: number }) {
  const t = useWords(listsWords);
  const query = useQuery({
    ...queryOf("listAudienceLists", { advertiserId }),
    // Who is found is counted a while after a file has come.
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === "waiting") ? recountMs : false,
  });
  const [asked, ask] = useState<{ readonly action: ListAction; readonly list: AudienceList }>();
  const of = (action: ListAction) => (asked?.action === action ? asked.list : null);
  const done = () => ask(undefined);
  return (
    <>
      <QueryState query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={<IdentificationIcon />} title={t.none.title} text={t.none.text} />
          ) : (
            <Stack gap="md">
              <ListTable
                advertiserId={advertiserId}
                lists={items}
                onAction={(action, list) => ask({ action, list })}
              />
              <Text size="sm" c="dimmed" maw={680}>
                {t.private}
              </Text>
            </Stack>
          )
        }
      </QueryState>
      <FillDialog list={of("fill")} onClose={done} />
      <UseDialog list={of("use")} onClose={done} />
      <RemoveDialog list={of("remove")} onClose={done} />
    </>
  );
}

interface RemoveDialogProps {
  readonly list: AudienceList | null;
  readonly onClose: () => void;
}

function RemoveDialog({ list, onClose }: RemoveDialogProps) {
  const t = useWords(listsWords).remove;
  const remove = useWrite("deleteAudienceList", ["listAudienceLists"]);
  const confirm = () => {
    if (list === null) return;
    const { advertiserId, listId, name } = list;
    remove.mutate(
      { input: { advertiserId, listId } },
      { onSuccess: () => toastDone(t.done(name)), onError: toastProblem, onSettled: onClose },
    );
  };
  return (
    <ConfirmDialog
      opened={list !== null}
      title={t.title}
      text={t.text(list?.name ?? "")}
      action={t.action}
      isPending={remove.isPending}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
