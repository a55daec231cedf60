import { Anchor } from "@mantine/core";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { PageHeader } from "../ui/PageHeader.tsx";
import { SecretDialog } from "../ui/SecretDialog.tsx";
import { toastDone } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import { SspForm } from "./SspForm.tsx";
import { sspsWords } from "./words.ts";

export function NewSspPage() {
  const t = useWords(sspsWords);
  const navigate = useNavigate();
  const [made, setMade] = useState<{ readonly name: string; readonly key: string } | null>(null);
  const open = (name: string) => {
    toastDone(t.form.created(name));
    void navigate(`/ssps/${name}`);
  };
  return (
    <>
      <Anchor component={Link} to="/ssps" size="sm">
        ← {t.page.back}
      </Anchor>
      <PageHeader title={t.form.createTitle} />
      <SspForm
        ssp={null}
        onCreated={(name, key) => (key === null ? open(name) : setMade({ name, key }))}
      />
      <SecretDialog
        secret={made?.key ?? null}
        title={t.endpoint.newKey}
        text={t.endpoint.newKeyText}
        done={t.endpoint.done}
        onClose={() => made !== null && open(made.name)}
      />
    </>
  );
}
