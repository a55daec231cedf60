import { Button, FileButton, Group, Loader, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { api } from "../api/client.ts";
import { problemSentence } from "../ui/problemWords.ts";
import type { Language } from "../words/dictionary.ts";
import { useLanguage, useWords } from "../words/language.ts";
import classes from "./create.module.css";
import { useCreating } from "./creating.ts";
import { FieldError } from "./FieldError.tsx";
import type { OpenShop } from "./useOpenShop.ts";
import { createWords } from "./words.ts";

const accepted = "image/jpeg,image/png,image/webp,image/gif,image/avif";
const mostBytes = 10_000_000;

/** The photo: chosen or dropped, sent at once, kept by its id. */
export function PhotoField({ openShop }: { readonly openShop: OpenShop }) {
  const t = useWords(createWords).ad;
  const { draft, touch } = useCreating();
  const { photo } = draft.ad;
  const { send, state } = useUpload(openShop);
  const ground = useDropped(send);
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        {t.photo}
      </Text>
      <div className={classes.drop} ref={ground}>
        {photo !== null && <img className={classes.thumb} src={photo.url} alt="" />}
        <Stack gap={6} align="flex-start">
          <FileButton onChange={(file) => file !== null && send(file)} accept={accepted}>
            {(props) => (
              <Button variant="default" data-field="photo" onBlur={() => touch("photo")} {...props}>
                {photo === null ? t.choosePhoto : t.changePhoto}
              </Button>
            )}
          </FileButton>
          <Text size="xs" c="dimmed">
            {photo === null ? t.photoHelp : t.photoKept(photo.name)}
          </Text>
        </Stack>
      </div>
      <UploadNotice state={state} />
      {state.kind === "rest" && <FieldError field="photo" />}
    </Stack>
  );
}

/** Dropping is a shortcut for mice; the button does the same for everybody. */
function useDropped(send: (file: File) => void) {
  const ground = useRef<HTMLDivElement>(null);
  const latest = useRef(send);
  latest.current = send;
  useEffect(() => {
    const element = ground.current;
    const allow = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) latest.current(file);
    };
    element?.addEventListener("dragover", allow);
    element?.addEventListener("drop", drop);
    return () => {
      element?.removeEventListener("dragover", allow);
      element?.removeEventListener("drop", drop);
    };
  }, []);
  return ground;
}

type UploadState =
  | { readonly kind: "rest" }
  | { readonly kind: "waiting"; readonly file: File }
  | { readonly kind: "sending" }
  | { readonly kind: "refused"; readonly sentence: string };

function UploadNotice({ state }: { readonly state: UploadState }) {
  const t = useWords(createWords).ad;
  switch (state.kind) {
    case "rest":
      return null;
    case "sending":
      return (
        <Group gap="xs" role="status">
          <Loader size="xs" aria-hidden />
          <Text size="sm">{t.uploading}</Text>
        </Group>
      );
    default:
      return (
        <Text size="sm" c="var(--mantine-color-error)" role="alert" data-error="photo">
          {state.kind === "waiting" ? t.photoFirst : state.sentence}
        </Text>
      );
  }
}

function useUpload(openShop: OpenShop) {
  const t = useWords(createWords).ad;
  const language = useLanguage();
  const { draft, change, touch, problems } = useCreating();
  const [state, setState] = useState<UploadState>({ kind: "rest" });
  const ad = useRef(draft.ad);
  ad.current = draft.ad;
  const send = async (file: File) => {
    if (file.size > mostBytes) return setState({ kind: "refused", sentence: t.photoLarge });
    setState({ kind: "sending" });
    const advertiserId = await openShop();
    if (advertiserId === null) {
      touch("shopName", "trade", "shop");
      return setState({ kind: "waiting", file });
    }
    try {
      const name = [...file.name].slice(0, 100).join("") || "photo";
      const media = await api.uploadMedia({ advertiserId, name, body: file });
      const url = thumbOf(media.pictures);
      change({ ad: { ...ad.current, photo: { mediaId: media.mediaId, advertiserId, name, url } } });
      setState({ kind: "rest" });
    } catch (error) {
      setState({ kind: "refused", sentence: sentenceOf(error, language, t) });
    }
  };
  const isShopTold = draft.shop.advertiserId !== null || (!problems.shopName && !problems.trade);
  const waiting = state.kind === "waiting" ? state.file : null;
  const again = useRef(send);
  again.current = send;
  useEffect(() => {
    if (waiting === null || !isShopTold) return;
    // The shop is told now, but perhaps not to its end.
    const timer = setTimeout(() => void again.current(waiting), 1_200);
    return () => clearTimeout(timer);
  }, [waiting, isShopTold]);
  return { send: (file: File) => void send(file), state };
}

interface Drawn {
  readonly use: string;
  readonly width: number;
  readonly height: number;
  readonly jpg: { readonly url: string };
}

/** The smallest wide one, from this very server whatever it calls itself. */
function thumbOf(pictures: readonly Drawn[]): string {
  const native = pictures.filter(({ use }) => use === "native");
  const wide = native.find(({ width, height }) => width === 600 && height === 314);
  const first = wide ?? native[0] ?? pictures[0];
  return first === undefined ? "" : new URL(first.jpg.url, location.origin).pathname;
}

type PhotoWords = Readonly<Record<"photoSmall" | "photoLong" | "photoUnread", string>>;

/** What is wrong with a picture has no field but the picture. */
function sentenceOf(error: unknown, language: Language, words: PhotoWords): string {
  const first = error instanceof AtelierProblem ? error.errors[0] : undefined;
  return first === undefined || !(error instanceof AtelierProblem)
    ? problemSentence(error, language)
    : photoRule(first.rule, words);
}

/** The server's rules of pictures are English. */
function photoRule(rule: string, words: PhotoWords): string {
  if (/600|314/.test(rule)) return words.photoSmall;
  return /4:1|ratio|times/.test(rule) ? words.photoLong : words.photoUnread;
}
