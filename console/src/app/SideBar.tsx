import { NavLink } from "react-router";
import { useMe } from "../api/session.ts";
import { useWords } from "../words/language.ts";
import { AdvertiserPicker } from "./AdvertiserPicker.tsx";
import { Brand } from "./Brand.tsx";
import { type MenuItem, menuOf } from "./menu.ts";
import { PersonMenu } from "./PersonMenu.tsx";
import classes from "./SideBar.module.css";
import { shellWords } from "./shellWords.ts";

/** The navigation of screens that are wide enough; a drawer shows the same on phones. */
export function SideBar() {
  const t = useWords(shellWords);
  return (
    <aside className={classes.side} aria-label={t.menu}>
      <NavLink to="/campaigns" className={classes.brand} aria-label={t.product}>
        <Brand />
      </NavLink>
      <AdvertiserPicker />
      <MenuLinks />
      <div className={classes.foot}>
        <PersonMenu />
      </div>
    </aside>
  );
}

/** All that the person may open, in groups. */
export function MenuLinks({ onOpen }: { readonly onOpen?: () => void }) {
  const t = useWords(shellWords);
  const groups = menuOf(useMe().permissions);
  return (
    <nav className={classes.nav} aria-label={t.menu}>
      {groups.map(({ group, items }) => (
        <div key={group} className={classes.group}>
          <div className={classes.heading} id={`menu-${group}`}>
            {t.groups[group]}
          </div>
          <ul className={classes.list} aria-labelledby={`menu-${group}`}>
            {items.map((item) => (
              <li key={item.page}>
                <MenuLink item={item} onOpen={onOpen} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

interface MenuLinkProps {
  readonly item: MenuItem;
  readonly onOpen: (() => void) | undefined;
}

function MenuLink({ item: { page, path, icon: Icon }, onOpen }: MenuLinkProps) {
  const t = useWords(shellWords);
  return (
    <NavLink to={path} className={classes.link} onClick={onOpen}>
      <Icon className={classes.icon} aria-hidden />
      {t.pages[page]}
    </NavLink>
  );
}
