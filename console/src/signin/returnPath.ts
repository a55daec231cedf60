/**
 * Where to go after signing in: a path of the console that a link or an ended session has named, else its first page. An
 * address of elsewhere is never followed. Pure.
 */
export function returnPathOf(search: string): string {
  const path = new URLSearchParams(search).get("returnTo") ?? "/";
  const isOwn = /^\/(?![/\\])/.test(path) && !path.startsWith("/sign-in");
  return isOwn && path.length <= 1_000 ? path : "/";
}
