import { Button, Text } from "@mantine/core";
import { useState } from "react";
import type { Creative } from "../../../sdk/src/generated.ts";
import { bannerSizes } from "../../../src/campaigns/limits.ts";
import { useWords } from "../words/language.ts";
import { formatsOf, type PreviewFormat } from "./nameOf.ts";
import classes from "./review.module.css";
import { reviewWords } from "./words.ts";

/** Formats that are seen at once; the others are one click away. */
const atOnce = 4;
/** The preview's own margins, and its lines below the ad, in pixels. */
const around = 32;
const below = 96;

/** The ad as visitors will see it, each format in a frame that may do nothing. */
export function Previews({ creative }: { readonly creative: Creative }) {
  const t = useWords(reviewWords).previews;
  const [isAll, setAll] = useState(false);
  const formats = formatsOf(creative, bannerSizes);
  const shown = isAll ? formats : formats.slice(0, atOnce);
  return (
    <section className={classes.previews} aria-label={t.heading}>
      {creative.format === "native" && (
        <Text size="sm" c="dimmed">
          {t.native}
        </Text>
      )}
      <div className={classes.frames}>
        {shown.map((one) => (
          <Preview key={one.format} creative={creative} format={one} />
        ))}
      </div>
      {!isAll && formats.length > atOnce && (
        <Button variant="light" onClick={() => setAll(true)}>
          {t.more(formats.length - atOnce)}
        </Button>
      )}
    </section>
  );
}

interface PreviewProps {
  readonly creative: Creative;
  readonly format: PreviewFormat;
}

function Preview({ creative, format: { format, width, height } }: PreviewProps) {
  const t = useWords(reviewWords).previews;
  const query = format === null ? "" : `&format=${format}`;
  const name = format ?? (creative.format === "native" ? t.native : `${width}x${height}`);
  return (
    <figure className={classes.preview} style={{ maxWidth: width + around + 2 }}>
      <div className={classes.frameBox}>
        <iframe
          src={`/v1/creatives/${creative.creativeId}/preview?v=${creative.version}${query}`}
          title={t.frame(name)}
          sandbox={creative.format === "html" ? "allow-scripts" : ""}
          loading="lazy"
          tabIndex={-1}
          width={width + around}
          height={height + below}
        />
      </div>
      {format !== null && (
        <figcaption>
          {width} × {height}
        </figcaption>
      )}
    </figure>
  );
}
