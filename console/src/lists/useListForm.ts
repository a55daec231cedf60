import { useForm } from "@mantine/form";
import type { AudienceList } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { useFormProblems } from "../ui/useFormProblems.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import type { IdentifierKind } from "./listFile.ts";
import { latestExpiry } from "./listLife.ts";
import { listsWords } from "./words.ts";

const pointers = {
  "/name": "name",
  "/identifier": "identifier",
  "/collectedOn": "collectedOn",
  "/expiresOn": "expiresOn",
  "/attests": "consent",
} as const;

const initialValues = {
  name: "",
  identifier: "email_sha256" as IdentifierKind,
  collectedOn: "",
  expiresOn: "",
  consent: false,
  adultsOnly: false,
  noSpecialCategories: false,
  file: null as File | null,
};
export type ListValues = typeof initialValues;

/** The form of a new list and its way to the API; `onMade` hears of the list and the file that is to fill it. */
export function useListForm(
  advertiserId: number,
  onMade: (list: AudienceList, file: File) => void,
) {
  const t = useWords(listsWords).form;
  const { required } = useWords(uiWords).rules;
  const needed = (value: string) => (value.trim() === "" ? required : null);
  const attested = (value: boolean) => (value ? null : t.mustAttest);
  const form = useForm<ListValues>({
    initialValues,
    validate: {
      name: needed,
      collectedOn: needed,
      expiresOn: (value, { collectedOn }) =>
        needed(value) ?? (value > latestExpiry(collectedOn) ? t.tooLong : null),
      consent: attested,
      adultsOnly: attested,
      noSpecialCategories: attested,
      file: (file) => (file === null ? required : null),
    },
  });
  const create = useWrite("createAudienceList", ["listAudienceLists"]);
  const { onError, error, rest } = useFormProblems(form, create.error, pointers);
  return {
    form,
    error,
    rest,
    isPending: create.isPending,
    save({ name, identifier, collectedOn, expiresOn, file }: ListValues) {
      if (file === null) return;
      const attests = { consent: true, adultsOnly: true, noSpecialCategories: true } as const;
      const told = { name: name.trim(), identifier, collectedOn, expiresOn };
      create.mutate(
        { input: { advertiserId, body: { ...told, basis: "consent", attests } } },
        { onError, onSuccess: (list) => onMade(list, file) },
      );
    },
  };
}
