import { Button, Divider, Popover, Stack, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "react-router";
import { useMe } from "../api/session.ts";
import { useWords } from "../words/language.ts";
import classes from "./PersonMenu.module.css";
import { Preferences } from "./Preferences.tsx";
import { shellWords } from "./shellWords.ts";
import { useSignOut } from "./useSignOut.ts";

/** Who has signed in, at the foot of the navigation: their page, preferences, signing out. */
export function PersonMenu() {
  const me = useMe();
  const [isOpen, { toggle, close }] = useDisclosure();
  const name = me.user?.name ?? "";
  return (
    <Popover
      opened={isOpen}
      onChange={close}
      position="top-start"
      width={264}
      trapFocus
      shadow="md"
    >
      <Popover.Target>
        <UnstyledButton className={classes.person} onClick={toggle}>
          <span className={classes.initials} aria-hidden="true">
            {initialsOf(name)}
          </span>
          <span className={classes.words}>
            <span className={classes.name}>{name}</span>
            <span className={classes.where}>{me.organization.name}</span>
          </span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <PersonSettings onLeave={close} />
      </Popover.Dropdown>
    </Popover>
  );
}

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

/** The first letters of the first and the last name. */
function initialsOf(name: string): string {
  const parts = name.split(/\s+/).filter((part) => part !== "");
  return [parts[0], parts.length > 1 ? parts.at(-1) : undefined]
    .map((part) => part?.charAt(0).toUpperCase() ?? "")
    .join("");
}
