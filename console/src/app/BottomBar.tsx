import { Bars3Icon } from "@heroicons/react/24/outline";
import { Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { NavLink } from "react-router";
import { useMe } from "../api/session.ts";
import { useWords } from "../words/language.ts";
import { AdvertiserPicker } from "./AdvertiserPicker.tsx";
import classes from "./BottomBar.module.css";
import { Brand } from "./Brand.tsx";
import { menuOf } from "./menu.ts";
import { PersonSettings } from "./PersonMenu.tsx";
import { MenuLinks } from "./SideBar.tsx";
import { shellWords } from "./shellWords.ts";

/** How many pages stand in the bar itself, beside the menu. */
const shown = 3;

/** The navigation of phones: the first pages under the thumb, all others in a drawer. */
export function BottomBar() {
  const t = useWords(shellWords);
  const [isOpen, { open, close }] = useDisclosure();
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
      <Drawer
        opened={isOpen}
        onClose={close}
        title={<Brand />}
        size="min(88vw, 340px)"
        closeButtonProps={{ "aria-label": t.closeMenu }}
      >
        <div className={classes.drawer}>
          <AdvertiserPicker />
          <MenuLinks onOpen={close} />
          <PersonSettings onLeave={close} />
        </div>
      </Drawer>
    </>
  );
}
