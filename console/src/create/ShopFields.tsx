import { Select, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { queryOf } from "../api/queries.ts";
import { useMay } from "../api/session.ts";
import { LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { useCreating } from "./creating.ts";
import { FieldError } from "./FieldError.tsx";
import { createWords } from "./words.ts";

const mostShops = 30;
const newShop = "new";
const restMs = 200;

/** Whose ad it is: one of the account's shops, or a new one. */
export function ShopFields() {
  const t = useWords(createWords).ad;
  const mayOpen = useMay("accounts");
  const { draft, change } = useCreating();
  const { advertiserId, name } = draft.shop;
  const query = useQuery(queryOf("listAdvertisers", { limit: 2 }));
  const only = query.data?.items.length === 1 ? query.data.items[0] : undefined;
  const isUntold = advertiserId === null && name === "";
  useEffect(() => {
    if (only === undefined || !isUntold) return;
    const { trade } = only;
    change({ shop: { ...draft.shop, advertiserId: only.advertiserId, name: only.name, trade } });
  }, [only, isUntold, change, draft.shop]);
  if (query.data === undefined) {
    return query.isError ? <ProblemNotice error={query.error} /> : <LoadingRows rows={1} />;
  }
  if (query.data.items.length === 0)
    return mayOpen ? <NewShop /> : <Text c="var(--mantine-color-error)">{t.noShop}</Text>;
  return (
    <>
      <ShopChoice mayOpen={mayOpen} />
      {advertiserId === null && mayOpen && !isUntold && <NewShop />}
      <FieldError field="shop" />
    </>
  );
}

function ShopChoice({ mayOpen }: { readonly mayOpen: boolean }) {
  const t = useWords(createWords).ad;
  const { draft, change } = useCreating();
  const { shop, ad } = draft;
  const [written, setWritten] = useState("");
  const q = useDebouncedValue(written.trim(), restMs)[0];
  const query = useQuery({
    ...queryOf("listAdvertisers", {
      limit: mostShops,
      ...(q === "" || q === shop.name ? {} : { q }),
    }),
    placeholderData: keepPreviousData,
  });
  const items = query.data?.items ?? [];
  const isListed = items.some((one) => one.advertiserId === shop.advertiserId);
  const chosen = shop.advertiserId === null || isListed ? [] : [shop];
  const choose = (value: string | null) => {
    const found = items.find((one) => String(one.advertiserId) === value);
    const { advertiserId = null, name = " ", trade = "" } = found ?? {};
    const isOther = advertiserId !== shop.advertiserId;
    // A photo belongs to a shop.
    change({
      shop: { ...shop, advertiserId, name, trade },
      ...(isOther ? { ad: { ...ad, photo: null } } : {}),
    });
  };
  return (
    <Select
      label={t.choose}
      data-field="shop"
      size="md"
      searchable
      allowDeselect={false}
      // The server searches: by words, without regard to accents.
      filter={({ options }) => options}
      value={
        shop.advertiserId === null ? (shop.name === "" ? null : newShop) : String(shop.advertiserId)
      }
      onChange={choose}
      onSearchChange={setWritten}
      data={[
        ...[...chosen, ...items].map((one) => ({
          value: String(one.advertiserId),
          label: one.name,
        })),
        ...(mayOpen ? [{ value: newShop, label: t.newShop }] : []),
      ]}
    />
  );
}

function NewShop() {
  const t = useWords(createWords).ad;
  const { draft, change, errorAt, touch } = useCreating();
  const { shop } = draft;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      <TextInput
        label={t.shopName}
        data-field="shopName"
        size="md"
        autoComplete="organization"
        value={shop.name.trimStart()}
        onChange={(event) => change({ shop: { ...shop, name: event.currentTarget.value } })}
        onBlur={() => touch("shopName")}
        error={errorAt("shopName")}
      />
      <TextInput
        label={t.trade}
        data-field="trade"
        size="md"
        placeholder={t.tradeHelp}
        value={shop.trade}
        onChange={(event) => change({ shop: { ...shop, trade: event.currentTarget.value } })}
        onBlur={() => touch("trade")}
        error={errorAt("trade")}
      />
    </SimpleGrid>
  );
}
