import { Text } from "@mantine/core";
import { useCreating } from "./creating.ts";

/** An error of something that is not an input. */
export function FieldError({
  field,
}: {
  readonly field: "zone" | "excluded" | "audience" | "photo" | "shop";
}) {
  const { errorAt } = useCreating();
  const error = errorAt(field);
  return error === undefined ? null : (
    <Text size="sm" c="var(--mantine-color-error)" role="alert" data-error={field}>
      {error}
    </Text>
  );
}
