import { Loader, Text, Title } from "@mantine/core";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import classes from "./create.module.css";
import { useCreating } from "./creating.ts";
import { createWords } from "./words.ts";

/** The ad as visitors will see it: in the list at once, banners as the server draws them. */
export function Previews() {
  const t = useWords(createWords).preview;
  return (
    <section className={classes.previews} aria-label={t.heading}>
      <Title order={2} size="h4">
        {t.native}
      </Title>
      <NativePreview />
      <Title order={2} size="h4">
        {t.banners}
      </Title>
      <Banners />
    </section>
  );
}

function NativePreview() {
  const t = useWords(createWords).preview;
  const { draft, preview } = useCreating();
  const { title, text, callToAction, photo } = draft.ad;
  const mentions = preview.made?.mentions ?? [];
  return (
    <article className={classes.native} data-testid="native-preview">
      {photo === null ? (
        <div className={classes.noPhoto}>{t.noPhoto}</div>
      ) : (
        <img src={photo.url} alt="" width={600} height={314} />
      )}
      <div className={classes.nativeWords}>
        <strong data-empty={title === ""}>{title === "" ? t.titleHint : title}</strong>
        <p data-empty={text === ""}>{text === "" ? t.textHint : text}</p>
        <span className={classes.nativeAction}>{callToAction}</span>
        <small>
          {t.label} · {draft.shop.name}
        </small>
        {mentions.length > 0 && (
          <p className={classes.mentions}>
            <small>{mentions.join(" ")}</small>
          </p>
        )}
      </div>
    </article>
  );
}

function Banners() {
  const t = useWords(createWords).preview;
  const format = useFormat();
  const { preview } = useCreating();
  const banners = (preview.made?.creatives ?? []).filter(({ format: kind }) => kind === "image");
  return (
    <div aria-busy={preview.isBehind}>
      <BannerState count={banners.length} />
      <ul className={classes.banners} data-behind={preview.isBehind}>
        {banners.map(({ width, height, preview: picture }) => (
          <li key={`${width}x${height}`} style={{ maxWidth: width ?? 0 }}>
            <img
              src={picture ?? ""}
              width={width ?? 0}
              height={height ?? 0}
              alt={t.banner(format.number(width ?? 0), format.number(height ?? 0))}
            />
            <Text size="xs" c="dimmed">
              {width} × {height}
            </Text>
          </li>
        ))}
      </ul>
    </div>
  );
}

function BannerState({ count }: { readonly count: number }) {
  const t = useWords(createWords).preview;
  const { preview } = useCreating();
  if (preview.isBehind)
    return (
      <Text size="sm" c="dimmed" role="status">
        <Loader size="xs" mr="xs" aria-hidden />
        {t.drawing}
      </Text>
    );
  if (count > 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {preview.error === null ? t.missing : t.failed}
    </Text>
  );
}
