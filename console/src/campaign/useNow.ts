import { useEffect, useState } from "react";

const tickMs = 30_000;

/** The time, kept within half a minute: a page that stays open over midnight begins a new day. */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
