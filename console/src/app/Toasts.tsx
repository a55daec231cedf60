import { Notifications } from "@mantine/notifications";

/** Where what was done, and what was not, is said. */
export function Toasts() {
  return <Notifications position="bottom-right" />;
}
