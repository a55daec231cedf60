import { useForm } from "@mantine/form";
import type { Site } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { useFormWrites } from "../ui/useFormWrites.ts";
import { useWords } from "../words/language.ts";
import { placementsWords } from "./words.ts";

const pointers = { "/name": "name", "/allowedOrigins": "allowedOrigins" } as const;

/** The form of a site and its way to the API. */
export function useSiteForm(
  site: Site | null,
  onDone: () => void,
  onSecret: (secret: string) => void,
) {
  const t = useWords(placementsWords);
  const form = useForm({
    initialValues: { name: site?.name ?? "", allowedOrigins: [...(site?.allowedOrigins ?? [])] },
    validate: { name: (name) => (name.trim() === "" ? t.form.required : null) },
  });
  const create = useWrite("createSite", ["listPlacements"]);
  const change = useWrite("changeSite", ["listPlacements"]);
  const writes = [create, change];
  const { state, onError, done } = useFormWrites({ form, writes, pointers, onDone });
  return {
    form,
    ...state,
    save(body: typeof form.values) {
      if (site !== null) {
        const onSuccess = () => done(t.site.saved);
        const input = { siteId: site.siteId, body };
        change.mutate({ input, ifVersion: site.version }, { onError, onSuccess });
        return;
      }
      create.mutate(
        { input: { body } },
        {
          onError,
          onSuccess(made) {
            done(t.site.created(made.name));
            onSecret(made.signingSecret);
          },
        },
      );
    },
  };
}
