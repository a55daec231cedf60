import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Brand } from "../app/Brand.tsx";
import { Preferences } from "../app/Preferences.tsx";
import { useWords } from "../words/language.ts";
import { HexagonField } from "./HexagonField.tsx";
import classes from "./Welcome.module.css";
import { signInWords } from "./words.ts";

/** The page of somebody who is not signed in: what this is on one side, what to do on the other. */
export function Welcome({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  const t = useWords(signInWords);
  return (
    <div className={classes.page}>
      <div className={classes.promise}>
        <HexagonField />
        <Brand />
        <div className={classes.words}>
          <p className={classes.big}>{t.promise}</p>
          <p className={classes.text}>{t.promiseText}</p>
        </div>
      </div>
      <main className={classes.side} id="content">
        <div className={classes.form}>
          <Title order={1} mb="lg">
            {title}
          </Title>
          {children}
          <div className={classes.preferences}>
            <Preferences />
          </div>
        </div>
      </main>
    </div>
  );
}
