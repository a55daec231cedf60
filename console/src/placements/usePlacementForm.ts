import { type UseFormReturnType, useForm } from "@mantine/form";
import type { Placement } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { useFormWrites } from "../ui/useFormWrites.ts";
import { useWords } from "../words/language.ts";
import {
  badSizeOf,
  bodyOf,
  type PlacementValues,
  placementPointers,
  valuesOf,
} from "./placementForm.ts";
import { placementsWords } from "./words.ts";

export type PlacementFormState = UseFormReturnType<PlacementValues>;

/** The form of a placement and its way to the API: created, or changed on the version that was read. */
export function usePlacementForm(
  placement: Placement | null,
  siteId: number | null,
  onDone: () => void,
) {
  const t = useWords(placementsWords).form;
  const form = useForm<PlacementValues>({
    initialValues: valuesOf(placement, siteId),
    validate: {
      code: (code) => (code.trim() === "" ? t.required : null),
      formats: (formats) => (formats.length === 0 ? t.required : null),
      sizes(sizes) {
        const bad = badSizeOf(sizes);
        return bad === null ? null : t.sizesBad(bad);
      },
    },
  });
  const create = useWrite("createPlacement", ["listPlacements"]);
  const change = useWrite("changePlacement", ["listPlacements"]);
  const writes = [create, change];
  const pointers = placementPointers;
  const { state, onError, done } = useFormWrites({ form, writes, pointers, onDone });
  return {
    form,
    ...state,
    save(values: PlacementValues) {
      const body = bodyOf(values);
      if (placement === null) {
        const onSuccess = () => done(t.created(body.code));
        create.mutate({ input: { body } }, { onError, onSuccess });
        return;
      }
      const { siteId: _stays, ...changed } = body;
      const { placementId, version } = placement;
      change.mutate(
        { input: { placementId, body: changed }, ifVersion: version },
        { onError, onSuccess: () => done(t.saved) },
      );
    },
  };
}
