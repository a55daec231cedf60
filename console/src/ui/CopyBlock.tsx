import { CheckIcon, ClipboardDocumentIcon } from "@heroicons/react/24/outline";
import { ActionIcon, Code, CopyButton, Tooltip } from "@mantine/core";
import { useWords } from "../words/language.ts";
import classes from "./CopyBlock.module.css";
import { uiWords } from "./words.ts";

interface CopyBlockProps {
  readonly text: string;
  /** What it is, for who does not see it. */
  readonly label: string;
}

/** Text to be taken elsewhere, as it is, with a button that copies it. */
export function CopyBlock({ text, label }: CopyBlockProps) {
  const t = useWords(uiWords);
  return (
    <div className={classes.block}>
      <Code block className={classes.code} aria-label={label}>
        {text}
      </Code>
      <CopyButton value={text} timeout={2_000}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t.copied : t.copy}>
            <ActionIcon
              className={classes.button}
              variant="default"
              aria-label={copied ? t.copied : t.copy}
              onClick={copy}
            >
              {copied ? <CheckIcon width={16} /> : <ClipboardDocumentIcon width={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
