import { Button, Divider, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useMe } from "../api/session.ts";
import { useWords } from "../words/language.ts";
import { Preferences } from "./Preferences.tsx";
import { shellWords } from "./shellWords.ts";
import { useSignOut } from "./useSignOut.ts";

/** What a person may set and do about themself. */
export function PersonSettings({ onLeave }: { readonly onLeave: () => void }) {
  const t = useWords(shellWords);
  const me = useMe();
  const signOut = useSignOut();
  return (
    <Stack gap="sm">
      <div>
        <Text size="sm" fw={600}>
          {me.user?.name}
        </Text>
        <Text size="xs" c="dimmed">
          {me.organization.name} · {t.roles[me.role]}
        </Text>
      </div>
      <Preferences />
      <Divider />
      <Button component={Link} to="/profile" variant="default" size="xs" onClick={onLeave}>
        {t.pages.profile}
      </Button>
      <Button
        variant="default"
        size="xs"
        loading={signOut.isPending}
        onClick={() => signOut.mutate()}
      >
        {t.signOut}
      </Button>
    </Stack>
  );
}
