/**
 * A city database as the MaxMind DB specification lays it out, with one node: every IPv4 address below 128.0.0.0 lies in
 * the city, the others are unknown.
 */
export function cityDatabase(city: {
  readonly lat: number;
  readonly lon: number;
  readonly radiusKilometers: number;
}): Buffer {
  const record = map({
    location: map({
      latitude: double(city.lat),
      longitude: double(city.lon),
      accuracy_radius: uint16(city.radiusKilometers),
    }),
  });
  const nodeCount = 1;
  const separator = Buffer.alloc(16);
  // Left: the first record of the data section, counted from the end of the tree; right: unknown.
  const tree = Buffer.from([0, 0, nodeCount + separator.length, 0, 0, nodeCount]);
  const metadata = map({
    binary_format_major_version: uint16(2),
    binary_format_minor_version: uint16(0),
    build_epoch: Buffer.from([0x08, 0x02, 0, 0, 0, 0, 0, 0, 0, 1]),
    database_type: text("Test-City"),
    description: map({}),
    ip_version: uint16(4),
    languages: Buffer.from([0x00, 0x04]),
    node_count: Buffer.from([0xc4, 0, 0, 0, nodeCount]),
    record_size: uint16(24),
  });
  const marker = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
  return Buffer.concat([tree, separator, record, marker, metadata]);
}

function map(fields: Readonly<Record<string, Buffer>>): Buffer {
  const entries = Object.entries(fields);
  return Buffer.concat([
    Buffer.from([0xe0 | entries.length]),
    ...entries.flatMap(([key, value]) => [text(key), value]),
  ]);
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([0x40 | value.length]), Buffer.from(value)]);
}

function uint16(value: number): Buffer {
  return Buffer.from([0xa2, value >> 8, value & 0xff]);
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0x68);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}
