import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../words/language.ts";
import { uiWords } from "./words.ts";

interface FormDialogProps {
  readonly opened: boolean;
  readonly title: string;
  readonly onClose: () => void;
  readonly size?: "md" | "lg";
  /** Drawn anew each time it is opened: a form begins with what is true then. */
  readonly children: ReactNode;
}

/** A form over the page. */
export function FormDialog({ opened, title, onClose, size = "md", children }: FormDialogProps) {
  const { close } = useWords(uiWords);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      {...{ title, size }}
      centered
      // While it fades it is in nobody's way any more.
      data-closing={!opened}
      closeButtonProps={{ "aria-label": close }}
    >
      {children}
    </Modal>
  );
}
