import { useForm } from "@mantine/form";
import { useNavigate } from "react-router";
import type { Organization, OrganizationInput } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { useFormWrites } from "../ui/useFormWrites.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { organizationsWords } from "./words.ts";

/** Those that can be made. */
export const organizationKinds: readonly OrganizationInput["kind"][] = ["agency", "shop"];

const pointers = { "/name": "name", "/kind": "kind" } as const;

/** The form of an organisation and its way to the API; null = a new one, whose people are invited next. */
export function useOrganizationForm(organization: Organization | null, onDone: () => void) {
  const t = useWords(organizationsWords).form;
  const { required } = useWords(uiWords).rules;
  const navigate = useNavigate();
  const form = useForm<OrganizationInput>({
    initialValues: { name: organization?.name ?? "", kind: "agency" },
    validate: { name: (name) => (name.trim() === "" ? required : null) },
  });
  const create = useWrite("createOrganization", ["listOrganizations"]);
  const change = useWrite("changeOrganization", ["listOrganizations"]);
  const writes = [create, change];
  const { state, onError, done } = useFormWrites({ form, writes, pointers, onDone });
  return {
    form,
    ...state,
    save(values: OrganizationInput) {
      const name = values.name.trim();
      if (organization !== null)
        return change.mutate(
          {
            input: { organizationId: organization.organizationId, body: { name } },
            ifVersion: organization.version,
          },
          { onError, onSuccess: () => done(t.saved) },
        );
      create.mutate(
        { input: { body: { name, kind: values.kind } } },
        {
          onError,
          onSuccess(made) {
            done(t.created(made.name));
            void navigate(`/accounts/people?organization=${made.organizationId}`);
          },
        },
      );
    },
  };
}
