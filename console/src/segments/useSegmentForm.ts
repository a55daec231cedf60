import { useForm } from "@mantine/form";
import type { Segment } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { useFormWrites } from "../ui/useFormWrites.ts";
import { useWords } from "../words/language.ts";
import { segmentsWords } from "./words.ts";

const pointers = { "/name": "name", "/slug": "slug" } as const;

/** The form of an audience and its way to the API; null = a new one. */
export function useSegmentForm(segment: Segment | null, onDone: () => void) {
  const t = useWords(segmentsWords).form;
  const needed = (value: string) => (value.trim() === "" ? t.required : null);
  const form = useForm({
    initialValues: { name: segment?.name ?? "", slug: segment?.slug ?? "" },
    validate: { name: needed, slug: needed },
  });
  const create = useWrite("createSegment", ["listSegments"]);
  const change = useWrite("changeSegment", ["listSegments", "readSegment"]);
  const writes = [create, change];
  const { state, onError, done } = useFormWrites({ form, writes, pointers, onDone });
  return {
    form,
    ...state,
    save({ name, slug }: typeof form.values) {
      if (segment === null) {
        const onSuccess = () => done(t.created(name));
        create.mutate({ input: { body: { name, slug: slug.trim() } } }, { onError, onSuccess });
        return;
      }
      const { segmentId, version } = segment;
      change.mutate(
        { input: { segmentId, body: { name } }, ifVersion: version },
        { onError, onSuccess: () => done(t.saved) },
      );
    },
  };
}
