import { notifications } from "@mantine/notifications";
import { currentLanguage } from "../words/language.ts";
import { problemSentence } from "./problemWords.ts";
import { uiWords } from "./words.ts";

/** Says briefly that something is done. */
export function toastDone(message: string): void {
  notifications.show({ message, color: "atelier", autoClose: 4_000, closeButtonProps: named() });
}

/** Says why something was refused or failed; stays until it is closed. */
export function toastProblem(error: unknown): void {
  const message = problemSentence(error, currentLanguage());
  notifications.show({
    message,
    color: "red",
    autoClose: false,
    role: "alert",
    closeButtonProps: named(),
  });
}

/** Its cross has a name, for who does not see it. */
const named = () => ({ "aria-label": uiWords[currentLanguage()].close });
