/** Where photo and words stand in a banner that is drawn from them. Pure; pixels. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface BannerLayout {
  readonly photo: Box;
  readonly title: Box;
  /** Who advertises; null where there is no room besides the title, which then says it in its alternative text. */
  readonly name: Box;
  /** Null where there is no room for a button. */
  readonly button: Box | null;
}

/** [width, height]: the IAB's fixed sizes that leave room for words and are asked for most. */
export const drawnSizes: readonly (readonly [number, number])[] = [
  [300, 250],
  [336, 280],
  [728, 90],
  [970, 250],
  [468, 60],
  [160, 600],
  [300, 600],
  [320, 50],
  [320, 100],
  [320, 480],
];

/** Strips have the photo at the left and the button at the right, all others the photo above the words. */
export function bannerLayout(width: number, height: number): BannerLayout {
  return width >= 2.2 * height ? strip(width, height) : stack(width, height);
}

function strip(width: number, height: number): BannerLayout {
  const pad = Math.max(4, Math.round(height * 0.08));
  const photoWidth = Math.round(Math.min(height * 1.5, width * 0.42));
  const hasButton = width >= 460;
  const buttonWidth = hasButton ? Math.round(width * 0.2) : 0;
  const left = photoWidth + pad * 2;
  const wordsWidth = width - left - pad - (hasButton ? buttonWidth + pad : 0);
  const nameHeight = Math.max(11, Math.round(height * 0.22));
  const buttonHeight = Math.min(Math.round(height * 0.5), 56);
  return {
    photo: { left: 0, top: 0, width: photoWidth, height },
    title: { left, top: pad, width: wordsWidth, height: height - pad * 2 - nameHeight },
    name: { left, top: height - pad - nameHeight, width: wordsWidth, height: nameHeight },
    button: hasButton
      ? {
          left: width - buttonWidth - pad,
          top: Math.round((height - buttonHeight) / 2),
          width: buttonWidth,
          height: buttonHeight,
        }
      : null,
  };
}

function stack(width: number, height: number): BannerLayout {
  const pad = Math.max(8, Math.round(width * 0.04));
  const photoHeight = Math.round(height * 0.54);
  const inner = width - pad * 2;
  const buttonHeight = Math.round(Math.min(48, Math.max(26, height * 0.11)));
  const nameHeight = Math.round(Math.min(26, Math.max(14, height * 0.06)));
  const buttonTop = height - pad - buttonHeight;
  const nameTop = buttonTop - Math.round(pad / 2) - nameHeight;
  const titleTop = photoHeight + Math.round(pad / 2);
  return {
    photo: { left: 0, top: 0, width, height: photoHeight },
    title: { left: pad, top: titleTop, width: inner, height: nameTop - titleTop - 2 },
    name: { left: pad, top: nameTop, width: inner, height: nameHeight },
    button: { left: pad, top: buttonTop, width: inner, height: buttonHeight },
  };
}

/**
 * The colour of the button: that of the photo, dark enough for white words (at least 4.5 to 1, WCAG 2.2). `rgb` are 0–255.
 */
export function darkEnough(rgb: readonly [number, number, number]): string {
  let shade: readonly [number, number, number] = rgb;
  while (1.05 / (luminance(shade) + 0.05) < 5.5) {
    shade = [shade[0] * 0.9, shade[1] * 0.9, shade[2] * 0.9];
  }
  return `#${shade.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

function luminance(rgb: readonly [number, number, number]): number {
  const [red, green, blue] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
