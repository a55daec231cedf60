interface Named {
  readonly stores: { readonly names: object };
}

/** What a check of `/readyz` is called for people; one that is new is called as it is. Pure. */
export function storeName(name: string, { stores }: Named): string {
  const known = stores.names as Readonly<Record<string, string>>;
  return known[name] ?? name;
}
