import { Button, Divider } from "@mantine/core";
import { useEffect } from "react";
import { Navigate, useLocation, useNavigate } from "react-router";
import { useSession } from "../api/session.ts";
import { settings } from "../app/settings.ts";
import { useWords } from "../words/language.ts";
import { DemoPeople } from "./DemoPeople.tsx";
import { returnPathOf } from "./returnPath.ts";
import { SignInForm } from "./SignInForm.tsx";
import { Welcome } from "./Welcome.tsx";
import { signInWords } from "./words.ts";

/** `/console/sign-in?returnTo=/campaigns/12`. */
export function Component() {
  const t = useWords(signInWords);
  const navigate = useNavigate();
  const returnTo = returnPathOf(useLocation().search);
  const session = useSession();
  useEffect(() => {
    document.title = `${t.title} · Atelier`;
  }, [t.title]);
  if (session.isSuccess) return <Navigate to={returnTo} replace />;
  const goOn = () => void navigate(returnTo, { replace: true });
  return (
    <Welcome title={t.title}>
      <SignInForm email="" onSignedIn={goOn} />
      {settings.oidc && (
        <>
          <Divider my="lg" label={t.or} />
          <Button component="a" href={providerUrl(returnTo)} variant="default" size="md" fullWidth>
            {t.oidc}
          </Button>
        </>
      )}
      {settings.demo.length > 0 && <DemoPeople people={settings.demo} onSignedIn={goOn} />}
    </Welcome>
  );
}

/** The server sends the browser to the provider, and back to the page. */
function providerUrl(returnTo: string): string {
  return `/v1/sessions/oidc/start?returnTo=${encodeURIComponent(`/console${returnTo}`)}`;
}
