import { Popover, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMe } from "../api/session.ts";
import classes from "./PersonMenu.module.css";
import { PersonSettings } from "./PersonSettings.tsx";

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

/** The first letters of the first and the last name. */
function initialsOf(name: string): string {
  const parts = name.split(/\s+/).filter((part) => part !== "");
  return [parts[0], parts.length > 1 ? parts.at(-1) : undefined]
    .map((part) => part?.charAt(0).toUpperCase() ?? "")
    .join("");
}
