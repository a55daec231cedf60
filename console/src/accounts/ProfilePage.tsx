import { Button, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { api } from "../api/client.ts";
import { useMe } from "../api/session.ts";
import { Preferences } from "../app/Preferences.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { toastProblem } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import { PasswordForm } from "./PasswordForm.tsx";
import { accountsWords } from "./words.ts";

/** `/profile`: what somebody may see and set of themself. */
export function Component() {
  const t = useWords(accountsWords);
  const me = useMe();
  return (
    <>
      <PageHeader title={t.profile.title} subtitle={me.user?.email} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Card withBorder padding="lg">
          <Title order={2} mb="md">
            {me.user?.name}
          </Title>
          <Fact name={t.profile.organization} value={me.organization.name} />
          <Fact name={t.profile.role} value={t.roles[me.role]} />
          <Text size="sm" c="dimmed" mt="xs">
            {t.roleTexts[me.role]}
          </Text>
        </Card>
        <Card withBorder padding="lg">
          <Title order={2} mb="md">
            {t.profile.preferencesTitle}
          </Title>
          <Preferences />
        </Card>
        <Card withBorder padding="lg">
          <Title order={2} mb="xs">
            {t.profile.passwordTitle}
          </Title>
          <PasswordForm />
        </Card>
        <Sessions />
      </SimpleGrid>
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <Group gap="md" mb={4}>
      <Text size="sm" c="dimmed" w={110}>
        {name}
      </Text>
      <Text size="sm">{value}</Text>
    </Group>
  );
}

function Sessions() {
  const t = useWords(accountsWords).profile;
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leave = useMutation({
    mutationFn: () => api.logOutEverywhere(),
    onSuccess: async () => {
      await navigate("/sign-in", { replace: true });
      queryClient.clear();
    },
    onError: toastProblem,
  });
  return (
    <Card withBorder padding="lg">
      <Title order={2} mb="xs">
        {t.sessionsTitle}
      </Title>
      <Stack align="flex-start">
        <Text size="sm" c="dimmed">
          {t.sessionsText}
        </Text>
        <Button variant="default" loading={leave.isPending} onClick={() => leave.mutate()}>
          {t.everywhere}
        </Button>
      </Stack>
    </Card>
  );
}
