import { Button, Center } from "@mantine/core";
import { useWords } from "../words/language.ts";
import { uiWords } from "./words.ts";

interface MorePagesProps {
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
}

/** The button below a list that goes on. */
export function MorePages({ query }: MorePagesProps) {
  const t = useWords(uiWords);
  if (!query.hasNextPage) return null;
  return (
    <Center mt="md">
      <Button
        variant="default"
        loading={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {t.more}
      </Button>
    </Center>
  );
}
