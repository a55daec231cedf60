import { notifications } from "@mantine/notifications";
import { currentLanguage } from "../words/language.ts";
import { problemSentence } from "./problemWords.ts";

/** Says briefly that something is done. */
export function toastDone(message: string): void {
  notifications.show({ message, color: "atelier", autoClose: 4_000 });
}

/** Says why something was refused or failed; stays until it is closed. */
export function toastProblem(error: unknown): void {
  const message = problemSentence(error, currentLanguage());
  notifications.show({ message, color: "red", autoClose: false, role: "alert" });
}
