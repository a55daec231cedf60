import { Drawer } from "@mantine/core";
import { useWords } from "../words/language.ts";
import { AdvertiserPicker } from "./AdvertiserPicker.tsx";
import classes from "./BottomBar.module.css";
import { Brand } from "./Brand.tsx";
import { PersonSettings } from "./PersonSettings.tsx";
import { MenuLinks } from "./SideBar.tsx";
import { shellWords } from "./shellWords.ts";

interface MenuDrawerProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** All pages and one's own settings, on a phone. */
export function MenuDrawer({ opened, onClose }: MenuDrawerProps) {
  const t = useWords(shellWords);
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={<Brand />}
      size="min(88vw, 340px)"
      closeButtonProps={{ "aria-label": t.closeMenu }}
    >
      <div className={classes.drawer}>
        <AdvertiserPicker />
        <MenuLinks onOpen={onClose} />
        <PersonSettings onLeave={onClose} />
      </div>
    </Drawer>
  );
}
