import { Button, CopyButton, Group, TextInput } from "@mantine/core";
import { useWords } from "../words/language.ts";
import { uiWords } from "./words.ts";

/** A text to take away: it is selected when it is touched, and copied by the button. */
export function CopyField({ label, value }: { readonly label: string; readonly value: string }) {
  const t = useWords(uiWords);
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <TextInput
        label={label}
        value={value}
        readOnly
        flex={1}
        ff="monospace"
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button variant={copied ? "light" : "filled"} onClick={copy} miw={100}>
            {copied ? t.copied : t.copy}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
