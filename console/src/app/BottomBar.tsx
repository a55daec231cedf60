import { Bars3Icon } from "@heroicons/react/24/outline";
import { useDisclosure } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";
import { NavLink } from "react-router";
import { useMe } from "../api/session.ts";
import { useWords } from "../words/language.ts";
import classes from "./BottomBar.module.css";
import { menuOf } from "./menu.ts";
import { shellWords } from "./shellWords.ts";

const MenuDrawer = lazy(() =>
  import("./MenuDrawer.tsx").then((module) => ({ default: module.MenuDrawer })),
);

/** How many pages stand in the bar itself, beside the menu. */
const shown = 3;

/** The navigation of phones: the first pages under the thumb, all others in a drawer. */
export function BottomBar() {
  const t = useWords(shellWords);
  const [isOpen, { open: show, close }] = useDisclosure();
  const [wasOpened, setWasOpened] = useState(false);
  const open = () => {
    setWasOpened(true);
    show();
  };
  const items = menuOf(useMe().permissions).flatMap((group) => group.items);
  return (
    <>
      <nav className={classes.bar} aria-label={t.mainPages}>
        {items.slice(0, shown).map(({ page, path, icon: Icon }) => (
          <NavLink key={page} to={path} className={classes.item}>
            <Icon className={classes.icon} aria-hidden />
            <span className={classes.label}>{t.shortPages[page]}</span>
          </NavLink>
        ))}
        <button type="button" className={classes.item} onClick={open} aria-expanded={isOpen}>
          <Bars3Icon className={classes.icon} aria-hidden />
          <span className={classes.label}>{t.menu}</span>
        </button>
      </nav>
      {wasOpened && (
        <Suspense fallback={null}>
          <MenuDrawer opened={isOpen} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
