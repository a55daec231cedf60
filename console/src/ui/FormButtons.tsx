import { Button, Group } from "@mantine/core";
import { useWords } from "../words/language.ts";
import { uiWords } from "./words.ts";

interface FormButtonsProps {
  /** What sending does, in its words. */
  readonly action: string;
  readonly isPending: boolean;
  readonly onCancel: () => void;
}

/** The end of a form in a dialog: leave it, or send it. */
export function FormButtons({ action, isPending, onCancel }: FormButtonsProps) {
  const { cancel } = useWords(uiWords);
  return (
    <Group justify="flex-end" mt="sm">
      <Button variant="default" onClick={onCancel}>
        {cancel}
      </Button>
      <Button type="submit" loading={isPending}>
        {action}
      </Button>
    </Group>
  );
}
