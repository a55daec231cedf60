import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { InvitedUser } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { fieldErrorsOf } from "../ui/problemWords.ts";
import { ProblemNotice } from "../ui/states.tsx";
import { uiWords } from "../ui/words.ts";
import { useLanguage, useWords } from "../words/language.ts";
import { type Role, roles } from "./roles.ts";
import { accountsWords } from "./words.ts";

interface InviteDialogProps {
  readonly opened: boolean;
  readonly organizationId: number;
  readonly onClose: () => void;
  readonly onInvited: (invited: InvitedUser) => void;
}

export function InviteDialog({ opened, onClose, ...rest }: InviteDialogProps) {
  const t = useWords(accountsWords).people;
  const { close } = useWords(uiWords);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t.inviteTitle}
      centered
      closeButtonProps={{ "aria-label": close }}
    >
      <InviteForm {...rest} onClose={onClose} />
    </Modal>
  );
}

const pointers = { "/name": "name", "/email": "email", "/role": "role" } as const;

function InviteForm({ organizationId, onClose, onInvited }: Omit<InviteDialogProps, "opened">) {
  const t = useWords(accountsWords);
  const ui = useWords(uiWords);
  const language = useLanguage();
  const invite = useWrite("inviteUser", ["listUsers"]);
  const form = useForm({
    initialValues: { name: "", email: "", role: "manager" as Role },
    validate: {
      name: (value) => (value.trim() === "" ? ui.rules.required : null),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : ui.rules.email),
    },
  });
  const send = form.onSubmit((values) =>
    invite.mutate(
      { input: { body: { ...values, email: values.email.trim(), organizationId } } },
      {
        onSuccess: (invited) => {
          onClose();
          onInvited(invited);
        },
        onError: (error) => form.setErrors(fieldErrorsOf(error, pointers, language).fields),
      },
    ),
  );
  const isBeside = Object.keys(fieldErrorsOf(invite.error, pointers, language).fields).length > 0;
  return (
    <form noValidate onSubmit={send}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t.people.inviteText}
        </Text>
        {invite.isError && !isBeside && <ProblemNotice error={invite.error} />}
        <TextInput
          {...form.getInputProps("name")}
          label={t.people.name}
          data-autofocus
          maxLength={100}
        />
        <TextInput
          {...form.getInputProps("email")}
          label={t.people.email}
          type="email"
          maxLength={254}
        />
        <Select
          {...form.getInputProps("role")}
          label={t.people.role}
          description={t.roleTexts[form.values.role]}
          allowDeselect={false}
          data={roles.map((role) => ({ value: role, label: t.roles[role] }))}
        />
        <Group justify="flex-end" mt="sm">
          <Button variant="default" onClick={onClose}>
            {ui.cancel}
          </Button>
          <Button type="submit" loading={invite.isPending}>
            {t.people.send}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
