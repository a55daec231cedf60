import { Badge, Table, Text } from "@mantine/core";
import type { ApiKey } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { KeyActions } from "./KeyActions.tsx";
import { keyStateOf } from "./keyState.ts";
import { accountsWords } from "./words.ts";

interface KeysTableProps {
  readonly keys: readonly ApiKey[];
  readonly onSecret: (secret: string) => void;
}

export function KeysTable({ keys, onSecret }: KeysTableProps) {
  const t = useWords(accountsWords).keys;
  return (
    <Table verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t.label}</Table.Th>
          <Table.Th visibleFrom="sm">{t.role}</Table.Th>
          <Table.Th visibleFrom="sm">{t.lastUsed}</Table.Th>
          <Table.Th visibleFrom="sm">{t.expires}</Table.Th>
          <Table.Th>{t.state}</Table.Th>
          <Table.Th w={56} aria-label={t.actions} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {keys.map((key) => (
          <KeyRow key={key.apiKeyId} apiKey={key} onSecret={onSecret} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface KeyRowProps {
  readonly apiKey: ApiKey;
  readonly onSecret: (secret: string) => void;
}

function KeyRow({ apiKey, onSecret }: KeyRowProps) {
  const t = useWords(accountsWords);
  const format = useFormat();
  const { label, role, lastUsedAt, expiresAt } = apiKey;
  const isActive = keyStateOf(apiKey, Date.now()) === "active";
  const used = lastUsedAt === null ? t.keys.notUsed : format.relative(lastUsedAt, Date.now());
  const ends = expiresAt === null ? t.keys.never : format.dateTime(expiresAt);
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={500}>{label}</Text>
        <Reach apiKey={apiKey} />
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {t.roles[role]} · {t.keys.expiresAt(ends)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{t.roles[role]}</Table.Td>
      <Table.Td visibleFrom="sm">{used}</Table.Td>
      <Table.Td visibleFrom="sm">{ends}</Table.Td>
      <Table.Td>
        <State apiKey={apiKey} />
      </Table.Td>
      <Table.Td>{isActive && <KeyActions apiKey={apiKey} onSecret={onSecret} />}</Table.Td>
    </Table.Tr>
  );
}

/** What a key is narrowed to; nothing where it may all that its role may. */
function Reach({ apiKey: { scopes, advertiserIds } }: { readonly apiKey: ApiKey }) {
  const t = useWords(accountsWords);
  const format = useFormat();
  const told = [
    scopes === null ? null : format.list(scopes.map((scope) => t.scopes[scope])),
    advertiserIds === null
      ? null
      : advertiserIds.length === 1
        ? t.keys.oneAdvertiser
        : t.keys.someAdvertisers(format.number(advertiserIds.length)),
  ].filter((one) => one !== null);
  if (told.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {told.join(" · ")}
    </Text>
  );
}

const colors = { active: undefined, expired: "yellow", revoked: "gray" } as const;

function State({ apiKey }: { readonly apiKey: ApiKey }) {
  const t = useWords(accountsWords).keys;
  const format = useFormat();
  const nowMs = Date.now();
  const state = keyStateOf(apiKey, nowMs);
  const { previousEndsAt: old } = apiKey;
  return (
    <>
      <Badge variant="light" color={colors[state]} tt="none">
        {t[state]}
      </Badge>
      {state === "active" && old !== null && Date.parse(old) > nowMs && (
        <Text size="xs" c="dimmed">
          {t.overlap(format.dateTime(old))}
        </Text>
      )}
    </>
  );
}
