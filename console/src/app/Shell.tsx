import { Center, Loader } from "@mantine/core";
import { lazy, Suspense, useEffect, useRef } from "react";
import { Navigate, Outlet, ScrollRestoration, useLocation } from "react-router";
import { useSessionExpired } from "../api/expiry.ts";
import { isSignedOut, useSession } from "../api/session.ts";
import { expectPageFocus } from "../ui/pageFocus.ts";
import { ProblemNotice } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { BottomBar } from "./BottomBar.tsx";
import classes from "./Shell.module.css";
import { SideBar } from "./SideBar.tsx";
import { shellWords } from "./shellWords.ts";

/** Loaded when it is needed: most sessions never end while somebody looks. */
const SessionDialog = lazy(() =>
  import("./SessionDialog.tsx").then((module) => ({ default: module.SessionDialog })),
);

/** What stands around every page for somebody who has signed in. */
export function Shell() {
  const session = useSession();
  const { pathname, search } = useLocation();
  if (session.data !== undefined) return <Frame />;
  if (isSignedOut(session.error)) {
    const returnTo = pathname === "/" ? "" : `?returnTo=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/sign-in${returnTo}`} replace />;
  }
  return (
    <Center component="main" h="100dvh" p="xl">
      {session.isError ? (
        <ProblemNotice error={session.error} onRetry={() => void session.refetch()} />
      ) : (
        <Loader type="dots" />
      )}
    </Center>
  );
}

function Frame() {
  const t = useWords(shellWords);
  usePageFocus();
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#content">
        {t.skip}
      </a>
      <SideBar />
      <main id="content" tabIndex={-1} className={classes.content}>
        <Suspense fallback={null}>
          <Outlet />
        </Suspense>
      </main>
      <BottomBar />
      {useSessionExpired() && (
        <Suspense fallback={null}>
          <SessionDialog />
        </Suspense>
      )}
      <ScrollRestoration />
    </div>
  );
}

/** Every page but the first one that is opened gets the focus on its heading. */
function usePageFocus(): void {
  const { pathname } = useLocation();
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    expectPageFocus();
  }, [pathname]);
}
