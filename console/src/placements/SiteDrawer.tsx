import { Drawer, Stack, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Site } from "../../../sdk/src/generated.ts";
import { FormButtons } from "../ui/FormButtons.tsx";
import { SecretDialog } from "../ui/SecretDialog.tsx";
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
      <SecretDialog
        secret={secret}
        title={t.secretTitle}
        text={t.secretText}
        label={t.secret}
        done={t.done}
        onClose={() => setSecret(null)}
      />
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
        <FormButtons
          action={site === null ? t.site.create : t.site.save}
          isPending={isPending}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
