import { SegmentedControl, Stack, Text, useMantineColorScheme } from "@mantine/core";
import { chooseLanguage, useLanguage, useWords } from "../words/language.ts";
import { shellWords } from "./shellWords.ts";

/** Language and appearance, kept in this browser. */
export function Preferences() {
  const t = useWords(shellWords);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed" id="choose-language">
        {t.language}
      </Text>
      <SegmentedControl
        aria-labelledby="choose-language"
        size="xs"
        value={useLanguage()}
        onChange={(value) => chooseLanguage(value === "en" ? "en" : "fr")}
        data={[
          { value: "fr", label: "Français" },
          { value: "en", label: "English" },
        ]}
      />
      <Text size="xs" c="dimmed" id="choose-theme">
        {t.theme.label}
      </Text>
      <SegmentedControl
        aria-labelledby="choose-theme"
        size="xs"
        value={colorScheme}
        onChange={(value) => setColorScheme(value as typeof colorScheme)}
        data={[
          { value: "auto", label: t.theme.auto },
          { value: "light", label: t.theme.light },
          { value: "dark", label: t.theme.dark },
        ]}
      />
    </Stack>
  );
}
