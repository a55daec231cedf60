import { SimpleGrid, Stack, TextInput } from "@mantine/core";
import { limits } from "../../../src/campaigns/limits.ts";
import { useWords } from "../words/language.ts";
import { CountedField } from "./CountedField.tsx";
import { useCreating } from "./creating.ts";
import { PhotoField } from "./PhotoField.tsx";
import { ShopFields } from "./ShopFields.tsx";
import { useOpenShop } from "./useOpenShop.ts";
import { createWords } from "./words.ts";

/** What: shop, photo and words. */
export function AdStep() {
  const t = useWords(createWords).ad;
  const openShop = useOpenShop();
  return (
    <Stack gap="lg">
      <ShopFields />
      <PhotoField openShop={openShop} />
      <CountedField field="title" label={t.title} most={limits.titleCharacters} />
      <CountedField field="text" label={t.text} most={limits.textCharacters} rows={3} />
      <CountedField
        field="callToAction"
        label={t.callToAction}
        most={limits.callToActionCharacters}
      />
      <LandingFields />
    </Stack>
  );
}

function LandingFields() {
  const t = useWords(createWords).ad;
  const { draft, change, errorAt, touch } = useCreating();
  const { ad, shop } = draft;
  return (
    <SimpleGrid cols={{ base: 1, sm: 1 }} spacing="sm">
      <TextInput
        type="url"
        inputMode="url"
        size="md"
        data-field="landingUrl"
        label={t.landingUrl}
        description={t.landingHelp}
        placeholder="https://"
        value={ad.landingUrl}
        onChange={(event) => change({ ad: { ...ad, landingUrl: event.currentTarget.value } })}
        onBlur={() => touch("landingUrl")}
        error={errorAt("landingUrl")}
      />
      <TextInput
        type="tel"
        size="md"
        data-field="phone"
        autoComplete="tel"
        label={t.phone}
        value={shop.phone}
        onChange={(event) => change({ shop: { ...shop, phone: event.currentTarget.value } })}
        onBlur={() => touch("phone")}
        error={errorAt("phone")}
      />
    </SimpleGrid>
  );
}
