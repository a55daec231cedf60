import { Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { InvitedUser } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { FormButtons } from "../ui/FormButtons.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { useFormProblems } from "../ui/useFormProblems.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
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
  return (
    <FormDialog opened={opened} onClose={onClose} title={t.inviteTitle}>
      <InviteForm {...rest} onClose={onClose} />
    </FormDialog>
  );
}

const pointers = { "/name": "name", "/email": "email", "/role": "role" } as const;

function InviteForm({ organizationId, onClose, onInvited }: Omit<InviteDialogProps, "opened">) {
  const t = useWords(accountsWords);
  const ui = useWords(uiWords);
  const invite = useWrite("inviteUser", ["listUsers"]);
  const form = useForm({
    initialValues: { name: "", email: "", role: "manager" as Role },
    validate: {
      name: (value) => (value.trim() === "" ? ui.rules.required : null),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : ui.rules.email),
    },
  });
  const problems = useFormProblems(form, invite.error, pointers);
  const send = form.onSubmit((values) =>
    invite.mutate(
      { input: { body: { ...values, email: values.email.trim(), organizationId } } },
      {
        onSuccess: (invited) => {
          onClose();
          onInvited(invited);
        },
        onError: problems.onError,
      },
    ),
  );
  return (
    <form noValidate onSubmit={send}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t.people.inviteText}
        </Text>
        {problems.error !== null && <ProblemNotice error={problems.error} />}
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
        <FormButtons action={t.people.send} isPending={invite.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
