import { Button, Drawer, Group, Modal, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Site } from "../../../sdk/src/generated.ts";
import { CopyField } from "../ui/CopyField.tsx";
import { ProblemNotice } from "../ui/states.tsx";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import type { Opened } from "./PlacementsPage.tsx";
import { useSiteForm } from "./useSiteForm.ts";
import { placementsWords } from "./words.ts";

interface SiteDrawerProps {
  readonly opened: Extract<Opened, { kind: "site" }> | null;
  readonly onClose: () => void;
}

/** A site's fields beside the list; the secret of a new one is told once. */
export function SiteDrawer({ opened, onClose }: SiteDrawerProps) {
  const t = useWords(placementsWords).site;
  const ui = useWords(uiWords);
  const [secret, setSecret] = useState<string | null>(null);
  const name = opened?.site?.name;
  return (
    <>
      <Drawer
        opened={opened !== null}
        onClose={onClose}
        position="right"
        size="lg"
        title={name === undefined ? t.createTitle : t.editTitle(name)}
        closeButtonProps={{ "aria-label": ui.close }}
      >
        {opened !== null && <SiteForm site={opened.site} onClose={onClose} onSecret={setSecret} />}
      </Drawer>
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

interface SiteFormProps {
  readonly site: Site | null;
  readonly onClose: () => void;
  readonly onSecret: (secret: string) => void;
}

function SiteForm({ site, onClose, onSecret }: SiteFormProps) {
  const t = useWords(placementsWords);
  const { form, save, error, isPending } = useSiteForm(site, onClose, onSecret);
  return (
    <form noValidate onSubmit={form.onSubmit(save)}>
      <Stack gap="lg">
        {error !== null && <ProblemNotice error={error} />}
        <TextInput {...form.getInputProps("name")} label={t.site.name} required data-autofocus />
        <TagsInput
          {...form.getInputProps("allowedOrigins")}
          label={t.site.allowedOrigins}
          description={t.site.allowedOriginsHint}
          acceptValueOnBlur
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.form.cancel}
          </Button>
          <Button type="submit" loading={isPending}>
            {site === null ? t.site.create : t.site.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface SecretDialogProps {
  readonly secret: string | null;
  readonly onClose: () => void;
}

function SecretDialog({ secret, onClose }: SecretDialogProps) {
  const t = useWords(placementsWords).site;
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title={t.secretTitle}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      centered
    >
      <Stack>
        <Text size="sm">{t.secretText}</Text>
        <CopyField label={t.secret} value={secret ?? ""} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.done}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
