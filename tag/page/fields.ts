export type Fields = Readonly<Record<string, unknown>>;

/** Whatever it is, its fields may be asked for: of nothing there are none. */
export const fieldsOf: (value: unknown) => Fields = Object;
