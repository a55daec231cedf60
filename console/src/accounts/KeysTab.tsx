import { KeyIcon } from "@heroicons/react/24/outline";
import { Button, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { pagesOf } from "../api/queries.ts";
import { MorePages } from "../ui/MorePages.tsx";
import { SecretDialog } from "../ui/SecretDialog.tsx";
import { EmptyState, LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { CreateKeyDialog } from "./CreateKeyDialog.tsx";
import { KeysTable } from "./KeysTable.tsx";
import { accountsWords } from "./words.ts";

/** The API keys of an organisation, those in force first. */
export function KeysTab({ organizationId }: { readonly organizationId: number }) {
  const t = useWords(accountsWords).keys;
  const keys = useInfiniteQuery(pagesOf("listKeys", { organizationId, limit: 50 }));
  const [isCreating, { open, close }] = useDisclosure();
  const [secret, setSecret] = useState<string | null>(null);
  const items = keys.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Group justify="flex-end" mb="md">
        <Button onClick={open}>{t.create}</Button>
      </Group>
      {keys.isPending && <LoadingRows />}
      {keys.isError && <ProblemNotice error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isSuccess && items.length === 0 && (
        <EmptyState icon={<KeyIcon />} title={t.empty} text={t.emptyText} />
      )}
      {items.length > 0 && <KeysTable keys={items} onSecret={setSecret} />}
      <MorePages query={keys} />
      <CreateKeyDialog
        opened={isCreating}
        organizationId={organizationId}
        onClose={close}
        onSecret={setSecret}
      />
      <SecretDialog
        secret={secret}
        title={t.secretTitle}
        text={t.secretText}
        done={t.done}
        onClose={() => setSecret(null)}
      />
    </>
  );
}
