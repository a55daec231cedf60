/**
 * A form after what it held was saved: what was typed while the answer was on its way stays, everything else is as saved.
 * @param now what the form holds
 * @param sent what it held when it was sent
 * @param saved the form of what was saved
 * Pure.
 */
export function typedSince<Form extends object>(now: Form, sent: Form, saved: Form): Form {
  const names = Object.keys(now) as (keyof Form)[];
  const typed = names.filter((name) => JSON.stringify(now[name]) !== JSON.stringify(sent[name]));
  return { ...saved, ...Object.fromEntries(typed.map((name) => [name, now[name]])) };
}
