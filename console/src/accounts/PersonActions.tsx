import { EllipsisHorizontalIcon } from "@heroicons/react/24/outline";
import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { InvitedUser, User } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { useMe } from "../api/session.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { toastDone, toastProblem } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import { roles } from "./roles.ts";
import { accountsWords } from "./words.ts";

interface PersonActionsProps {
  readonly person: User;
  readonly onInvited: (invited: InvitedUser) => void;
}

/** What an administrator may do with somebody's account; with one's own: nothing that locks oneself out. */
export function PersonActions({ person, onInvited }: PersonActionsProps) {
  const t = useWords(accountsWords).people;
  const [isConfirming, { open, close }] = useDisclosure();
  const change = useChange(person);
  const deactivate = () => change.save({ active: false }, t.deactivated(person.name), close);
  if (person.userId === useMe().user?.userId) return null;
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t.actionsOf(person.name)}>
            <EllipsisHorizontalIcon width={20} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <PersonItems
            person={person}
            save={change.save}
            onDeactivate={open}
            onInvited={onInvited}
          />
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={isConfirming}
        title={t.deactivate}
        text={t.deactivateText(person.name)}
        action={t.deactivate}
        isPending={change.isPending}
        onConfirm={deactivate}
        onClose={close}
      />
    </>
  );
}

interface PersonItemsProps extends PersonActionsProps {
  readonly save: ReturnType<typeof useChange>["save"];
  readonly onDeactivate: () => void;
}

function PersonItems({ person, save, onDeactivate, onInvited }: PersonItemsProps) {
  const t = useWords(accountsWords);
  const renew = useWrite("renewInvitation", ["listUsers"]);
  const newLink = () =>
    renew.mutate(
      { input: { userId: person.userId } },
      { onSuccess: onInvited, onError: toastProblem },
    );
  return (
    <>
      {roles
        .filter((role) => role !== person.role)
        .map((role) => (
          <Menu.Item
            key={role}
            onClick={() => save({ role }, t.people.roleChanged(person.name, t.roles[role]))}
          >
            {t.people.changeRole(t.roles[role])}
          </Menu.Item>
        ))}
      <Menu.Divider />
      {person.active && <Menu.Item onClick={newLink}>{t.people.renew}</Menu.Item>}
      {person.active ? (
        <Menu.Item color="red" onClick={onDeactivate}>
          {t.people.deactivate}
        </Menu.Item>
      ) : (
        <Menu.Item onClick={() => save({ active: true }, t.people.reactivated(person.name))}>
          {t.people.reactivate}
        </Menu.Item>
      )}
    </>
  );
}

/** Changes an account as it is shown here: refused where somebody else was faster. */
function useChange({ userId, version }: User) {
  const change = useWrite("changeUser", ["listUsers"]);
  const save = (
    body: { readonly role?: User["role"]; readonly active?: boolean },
    done: string,
    then: () => void = () => undefined,
  ) =>
    change.mutate(
      { input: { userId, body }, ifVersion: version },
      {
        onSuccess: () => {
          toastDone(done);
          then();
        },
        onError: toastProblem,
      },
    );
  return { save, isPending: change.isPending };
}
