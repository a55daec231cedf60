import { useRef } from "react";

/** A value of plain data, the same object for as long as it says the same: for what is done again when it changes. */
export function useSame<Value>(value: Value): Value {
  const kept = useRef(value);
  const isSame = kept.current === value || JSON.stringify(kept.current) === JSON.stringify(value);
  if (!isSame) kept.current = value;
  return kept.current;
}
