import { UsersIcon } from "@heroicons/react/24/outline";
import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { InvitedUser, User } from "../../../sdk/src/generated.ts";
import { pagesOf } from "../api/queries.ts";
import { useMe } from "../api/session.ts";
import { MorePages } from "../ui/MorePages.tsx";
import { EmptyState, LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import classes from "./accounts.module.css";
import { InviteDialog } from "./InviteDialog.tsx";
import { LinkDialog } from "./LinkDialog.tsx";
import { PersonActions } from "./PersonActions.tsx";
import { accountsWords } from "./words.ts";

/** The people of an organisation. */
export function PeopleTab({ organizationId }: { readonly organizationId: number }) {
  const t = useWords(accountsWords).people;
  const people = useInfiniteQuery(pagesOf("listUsers", { organizationId, limit: 50 }));
  const [isInviting, { open, close }] = useDisclosure();
  const [invited, setInvited] = useState<InvitedUser | null>(null);
  const items = people.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Group justify="flex-end" mb="md">
        <Button onClick={open}>{t.invite}</Button>
      </Group>
      {people.isPending && <LoadingRows />}
      {people.isError && (
        <ProblemNotice error={people.error} onRetry={() => void people.refetch()} />
      )}
      {people.isSuccess && items.length === 0 && (
        <EmptyState icon={<UsersIcon />} title={t.empty} text={t.emptyText} />
      )}
      {items.length > 0 && <PeopleTable people={items} onInvited={setInvited} />}
      <MorePages query={people} />
      <InviteDialog
        opened={isInviting}
        organizationId={organizationId}
        onClose={close}
        onInvited={setInvited}
      />
      <LinkDialog invited={invited} onClose={() => setInvited(null)} />
    </>
  );
}

interface PeopleTableProps {
  readonly people: readonly User[];
  readonly onInvited: (invited: InvitedUser) => void;
}

function PeopleTable({ people, onInvited }: PeopleTableProps) {
  const t = useWords(accountsWords);
  const me = useMe();
  return (
    <Table verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t.people.name}</Table.Th>
          <Table.Th visibleFrom="sm">{t.people.role}</Table.Th>
          <Table.Th>{t.people.state}</Table.Th>
          <Table.Th w={56} aria-label={t.people.actions} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {people.map((person) => (
          <Table.Tr key={person.userId}>
            <Table.Td>
              <Text fw={500}>
                {person.name}
                {person.userId === me.user?.userId && ` (${t.people.you})`}
              </Text>
              <Text size="sm" c="dimmed" className={classes.address}>
                {person.email}
              </Text>
              <Text size="sm" hiddenFrom="sm">
                {t.roles[person.role]}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="sm">{t.roles[person.role]}</Table.Td>
            <Table.Td>
              <PersonState person={person} />
            </Table.Td>
            <Table.Td>
              <PersonActions person={person} onInvited={onInvited} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function PersonState({ person }: { readonly person: User }) {
  const t = useWords(accountsWords).people;
  const format = useFormat();
  const { active, hasPassword, invitationEndsAt } = person;
  if (!active)
    return (
      <Badge color="gray" variant="light" tt="none">
        {t.inactive}
      </Badge>
    );
  if (hasPassword)
    return (
      <Badge variant="light" tt="none">
        {t.active}
      </Badge>
    );
  const isOpen = invitationEndsAt !== null && Date.parse(invitationEndsAt) > Date.now();
  return (
    <Badge color="yellow" variant="light" tt="none">
      {isOpen ? t.invited(format.dateTime(invitationEndsAt)) : t.invitationOver}
    </Badge>
  );
}
