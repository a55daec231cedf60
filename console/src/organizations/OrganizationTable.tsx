import { EllipsisHorizontalIcon } from "@heroicons/react/24/outline";
import { ActionIcon, Badge, Menu, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "react-router";
import type { Organization } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { toastDone, toastProblem } from "../ui/toasts.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { organizationsWords } from "./words.ts";

interface OrganizationTableProps {
  readonly organizations: readonly Organization[];
  readonly onRename: (organization: Organization) => void;
}

export function OrganizationTable({ organizations, onRename }: OrganizationTableProps) {
  const t = useWords(organizationsWords);
  return (
    <Table verticalSpacing="sm" aria-label={t.title}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t.columns.name}</Table.Th>
          <Table.Th visibleFrom="sm">{t.columns.kind}</Table.Th>
          <Table.Th visibleFrom="sm">{t.columns.since}</Table.Th>
          <Table.Th>{t.columns.state}</Table.Th>
          <Table.Th w={56} aria-label={t.columns.actions} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {organizations.map((one) => (
          <OrganizationRow key={one.organizationId} organization={one} onRename={onRename} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface RowProps {
  readonly organization: Organization;
  readonly onRename: (organization: Organization) => void;
}

function OrganizationRow({ organization, onRename }: RowProps) {
  const t = useWords(organizationsWords);
  const { day } = useFormat();
  const { name, kind, active, createdAt } = organization;
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={600} style={{ overflowWrap: "anywhere" }}>
          {name}
        </Text>
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {t.kinds[kind]}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{t.kinds[kind]}</Table.Td>
      <Table.Td visibleFrom="sm">{day(createdAt.slice(0, 10))}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={active ? "atelier" : "gray"} tt="none">
          {active ? t.state.active : t.state.closed}
        </Badge>
      </Table.Td>
      <Table.Td>
        <RowActions organization={organization} onRename={onRename} />
      </Table.Td>
    </Table.Tr>
  );
}

function RowActions({ organization, onRename }: RowProps) {
  const t = useWords(organizationsWords);
  const [isClosing, { open, close }] = useDisclosure();
  const { setActive, isPending } = useSetActive(organization);
  const { organizationId, name, kind, active } = organization;
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t.actionsOf(name)}>
            <EllipsisHorizontalIcon width={20} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to={`/accounts/people?organization=${organizationId}`}>
            {t.access}
          </Menu.Item>
          <Menu.Item onClick={() => onRename(organization)}>{t.rename}</Menu.Item>
          {/* The operator's own cannot be closed. */}
          {kind !== "operator" && <Menu.Divider />}
          {kind !== "operator" &&
            (active ? (
              <Menu.Item color="red" onClick={open}>
                {t.close}
              </Menu.Item>
            ) : (
              <Menu.Item onClick={() => setActive(true, t.reopened(name))}>{t.reopen}</Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={isClosing}
        title={t.close}
        text={t.closeText(name)}
        action={t.close}
        isPending={isPending}
        onConfirm={() => setActive(false, t.closed(name), close)}
        onClose={close}
      />
    </>
  );
}

function useSetActive({ organizationId, version }: Organization) {
  const change = useWrite("changeOrganization", ["listOrganizations"]);
  const setActive = (active: boolean, done: string, then: () => void = () => undefined) =>
    change.mutate(
      { input: { organizationId, body: { active } }, ifVersion: version },
      { onSuccess: () => toastDone(done), onError: toastProblem, onSettled: then },
    );
  return { setActive, isPending: change.isPending };
}
