import { Kbd, Stack, Switch, Table } from "@mantine/core";
import { FormDialog } from "../ui/FormDialog.tsx";
import { useWords } from "../words/language.ts";
import { reviewWords } from "./words.ts";

interface ShortcutsHelpProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly isEnabled: boolean;
  readonly setEnabled: (value: boolean) => void;
}

const keys = [
  ["A", "approve"],
  ["R", "reject"],
  ["S", "skip"],
  ["J", "next"],
  ["K", "previous"],
  ["U", "undo"],
  ["?", "help"],
] as const;

/** Which keys do what, and the switch that turns them off. */
export function ShortcutsHelp({ opened, onClose, isEnabled, setEnabled }: ShortcutsHelpProps) {
  const t = useWords(reviewWords).keys;
  return (
    <FormDialog {...{ opened, onClose }} title={t.title}>
      <Stack gap="lg">
        <Table>
          <Table.Tbody>
            {keys.map(([key, what]) => (
              <Table.Tr key={key}>
                <Table.Td w={64}>
                  <Kbd>{key}</Kbd>
                </Table.Td>
                <Table.Td>{t[what]}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Switch
          label={t.enabled}
          description={t.enabledHint}
          checked={isEnabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
      </Stack>
    </FormDialog>
  );
}
