import { Radio, Stack } from "@mantine/core";
import { useState } from "react";
import type { AudienceList } from "../../../sdk/src/generated.ts";
import { FormButtons } from "../ui/FormButtons.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { FileField } from "./FileField.tsx";
import { UploadView } from "./UploadView.tsx";
import { type ListUpload, useListUpload } from "./useListUpload.ts";
import { listsWords } from "./words.ts";

interface FillDialogProps {
  /** Null = closed. */
  readonly list: AudienceList | null;
  readonly onClose: () => void;
}

/** Another file for a list that is there. */
export function FillDialog({ list, onClose }: FillDialogProps) {
  const t = useWords(listsWords);
  return (
    <FormDialog opened={list !== null} onClose={onClose} title={t.fill.title}>
      {list !== null && <Fill list={list} onClose={onClose} />}
    </FormDialog>
  );
}

function Fill({ list, onClose }: { readonly list: AudienceList; readonly onClose: () => void }) {
  const upload = useListUpload();
  return upload.state.kind === "rest" ? (
    <FillForm list={list} onStart={upload.start} onCancel={onClose} />
  ) : (
    <UploadView upload={upload} onClose={onClose} />
  );
}

interface FillFormProps {
  readonly list: AudienceList;
  readonly onStart: ListUpload["start"];
  readonly onCancel: () => void;
}

function FillForm({ list, onStart, onCancel }: FillFormProps) {
  const t = useWords(listsWords).fill;
  const { required } = useWords(uiWords).rules;
  const [file, setFile] = useState<File | null>(null);
  const [isAsked, setAsked] = useState(false);
  const [how, setHow] = useState("replace");
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (file !== null) onStart({ list, file, replaces: how === "replace" });
  };
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="lg">
        <FileField
          kind={list.identifier}
          value={file}
          error={isAsked && file === null ? required : undefined}
          onChange={setFile}
        />
        <Radio.Group label={t.how} value={how} onChange={setHow}>
          <Stack gap="xs" mt="xs">
            <Radio value="replace" label={t.replace} />
            <Radio value="add" label={t.add} />
          </Stack>
        </Radio.Group>
        <FormButtons action={t.send} isPending={false} onCancel={onCancel} />
      </Stack>
    </form>
  );
}
