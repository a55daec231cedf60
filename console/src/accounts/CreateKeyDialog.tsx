import { MultiSelect, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ApiKey } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { useMe } from "../api/session.ts";
import { FormButtons } from "../ui/FormButtons.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useFormProblems } from "../ui/useFormProblems.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { AdvertisersField } from "./AdvertisersField.tsx";
import { expiryOf, type KeyLife } from "./keyState.ts";
import { type Role, roles } from "./roles.ts";
import { accountsWords } from "./words.ts";

interface CreateKeyDialogProps {
  readonly opened: boolean;
  readonly organizationId: number;
  readonly onClose: () => void;
  readonly onSecret: (secret: string) => void;
}

export function CreateKeyDialog({ opened, onClose, ...rest }: CreateKeyDialogProps) {
  const t = useWords(accountsWords).keys;
  return (
    <FormDialog opened={opened} onClose={onClose} title={t.createTitle}>
      <CreateKeyForm {...rest} onClose={onClose} />
    </FormDialog>
  );
}

type Scope = NonNullable<ApiKey["scopes"]>[number];

interface KeyFields {
  readonly label: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  readonly advertiserIds: readonly number[];
  readonly life: KeyLife;
}

const pointers = {
  "/label": "label",
  "/role": "role",
  "/scopes": "scopes",
  "/advertiserIds": "advertiserIds",
  "/expiresAt": "life",
} as const;

/** Nothing chosen means everything that the role may. An administrator's key is never narrowed to advertisers. */
function bodyOf({ label, role, scopes, advertiserIds, life }: KeyFields, organizationId: number) {
  return {
    label: label.trim(),
    role,
    organizationId,
    scopes: scopes.length === 0 ? null : scopes,
    advertiserIds: advertiserIds.length === 0 || role === "admin" ? null : advertiserIds,
    expiresAt: expiryOf(life, Date.now()),
  };
}

const emptyKey: KeyFields = {
  label: "",
  role: "reader",
  scopes: [],
  advertiserIds: [],
  life: "365",
};

function CreateKeyForm({
  organizationId,
  onClose,
  onSecret,
}: Omit<CreateKeyDialogProps, "opened">) {
  const ui = useWords(uiWords);
  const t = useWords(accountsWords).keys;
  const create = useWrite("createKey", ["listKeys"]);
  const form = useForm({
    initialValues: emptyKey,
    validate: { label: (value) => (value.trim() === "" ? ui.rules.required : null) },
  });
  const problems = useFormProblems(form, create.error, pointers);
  const send = form.onSubmit((values) =>
    create.mutate(
      { input: { body: bodyOf(values, organizationId) } },
      {
        onSuccess: ({ key }) => {
          onClose();
          onSecret(key);
        },
        onError: problems.onError,
      },
    ),
  );
  return (
    <form noValidate onSubmit={send}>
      <Stack>
        {problems.error !== null && <ProblemNotice error={problems.error} />}
        <KeyInputs form={form} />
        <FormButtons action={t.create} isPending={create.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

function KeyInputs({ form }: { readonly form: ReturnType<typeof useForm<KeyFields>> }) {
  const t = useWords(accountsWords);
  const format = useFormat();
  const { permissions } = useMe();
  const lives = [
    { value: "30", label: t.keys.days(format.number(30)) },
    { value: "90", label: t.keys.days(format.number(90)) },
    { value: "365", label: t.keys.year },
    { value: "never", label: t.keys.never },
  ];
  return (
    <>
      <TextInput
        {...form.getInputProps("label")}
        label={t.keys.label}
        description={t.keys.labelHint}
        data-autofocus
        maxLength={100}
      />
      <Select
        {...form.getInputProps("role")}
        label={t.keys.role}
        description={t.roleTexts[form.values.role]}
        allowDeselect={false}
        data={roles.map((role) => ({ value: role, label: t.roles[role] }))}
      />
      <MultiSelect
        {...form.getInputProps("scopes")}
        label={t.keys.scopes}
        placeholder={form.values.scopes.length === 0 ? t.keys.allScopes : undefined}
        data={permissions.map((scope) => ({ value: scope, label: t.scopes[scope] }))}
      />
      {form.values.role !== "admin" && (
        <AdvertisersField {...form.getInputProps("advertiserIds")} />
      )}
      <Select
        {...form.getInputProps("life")}
        label={t.keys.expires}
        allowDeselect={false}
        data={lives}
      />
    </>
  );
}
