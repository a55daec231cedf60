import { LockClosedIcon } from "@heroicons/react/24/outline";
import type { ReactNode } from "react";
import { type Permission, useMay } from "../api/session.ts";
import { useWords } from "../words/language.ts";
import { PageHeader } from "./PageHeader.tsx";
import { EmptyState } from "./states.tsx";
import { uiWords } from "./words.ts";

interface ForThoseProps {
  /** What the pages' API asks for. */
  readonly permission: Permission;
  /** The page's h1 for those who may not. */
  readonly title: string;
  readonly children: ReactNode;
}

/** Pages for those who may; to others it is said that they are not theirs. */
export function ForThose({ permission, title, children }: ForThoseProps) {
  const t = useWords(uiWords).notYours;
  if (useMay(permission)) return children;
  return (
    <>
      <PageHeader title={title} />
      <EmptyState icon={<LockClosedIcon />} title={t.title} text={t.text} />
    </>
  );
}
