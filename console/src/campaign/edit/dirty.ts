import { createContext, useContext, useEffect } from "react";

/** Tells the page that a form of that name holds what is not saved, or does no more. */
export type TellDirty = (name: string, isDirty: boolean) => void;

export const DirtyContext = createContext<TellDirty>(() => undefined);

/** Takes part in the page's one question before leaving: the router asks one of them only. */
export function useDirty(name: string, isDirty: boolean): void {
  const tell = useContext(DirtyContext);
  useEffect(() => {
    tell(name, isDirty);
    return () => tell(name, false);
  }, [tell, name, isDirty]);
}
