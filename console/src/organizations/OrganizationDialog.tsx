import { Select, Stack, TextInput } from "@mantine/core";
import type { Organization } from "../../../sdk/src/generated.ts";
import { EditDialog } from "../ui/EditDialog.tsx";
import type { Edited } from "../ui/EditedList.tsx";
import { FormButtons } from "../ui/FormButtons.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { organizationKinds, useOrganizationForm } from "./useOrganizationForm.ts";
import { organizationsWords } from "./words.ts";

interface OrganizationDialogProps {
  readonly edited: Edited<Organization>;
  readonly onClose: () => void;
}

/** A new organisation, or another name for one. */
export function OrganizationDialog({ edited, onClose }: OrganizationDialogProps) {
  const t = useWords(organizationsWords).form;
  return (
    <EditDialog {...{ edited, onClose }} titles={{ create: t.createTitle, change: t.renameTitle }}>
      {(organization) => <OrganizationForm {...{ organization, onClose }} />}
    </EditDialog>
  );
}

interface OrganizationFormProps {
  readonly organization: Organization | null;
  readonly onClose: () => void;
}

function OrganizationForm({ organization, onClose }: OrganizationFormProps) {
  const t = useWords(organizationsWords);
  const { form, save, error, isPending } = useOrganizationForm(organization, onClose);
  return (
    <form noValidate onSubmit={form.onSubmit(save)}>
      <Stack>
        {error !== null && <ProblemNotice error={error} />}
        <TextInput
          {...form.getInputProps("name")}
          label={t.form.name}
          maxLength={200}
          data-autofocus
        />
        {organization === null && (
          <Select
            {...form.getInputProps("kind")}
            label={t.form.kind}
            description={t.kindTexts[form.values.kind]}
            allowDeselect={false}
            data={organizationKinds.map((kind) => ({ value: kind, label: t.kinds[kind] }))}
          />
        )}
        <FormButtons
          action={organization === null ? t.form.create : t.form.save}
          isPending={isPending}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
