/** Our tokens as Stripe's Appearance: its iframe cannot read custom properties, and knows rgb colours best. */
interface Appearance {
  readonly theme: 'stripe' | 'night';
  readonly variables: Readonly<Record<string, string>>;
}

/** Any CSS colour as `rgb(…)`, through a canvas of one pixel. */
function toRgb(color: string): string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return color;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

/** Reads what the page has made of the tokens, off a probe inside the widget. */
export function readAppearance(probe: HTMLElement): Appearance {
  const computed = (color: string): string => {
    probe.style.color = '';
    probe.style.backgroundColor = color;
    return toRgb(getComputedStyle(probe).backgroundColor);
  };
  const style = getComputedStyle(probe);
  const text = toRgb(style.color);
  const night = (text.match(/\d+/gu) ?? []).map(Number).reduce((sum, part) => sum + part, 0) > 382;
  const variables = {
    colorPrimary: computed('var(--_accent)'),
    colorDanger: computed('var(--_danger)'),
    colorText: text,
    colorBackground: computed('var(--till-surface, Canvas)'),
    borderRadius: style.borderTopLeftRadius,
    fontFamily: style.fontFamily,
    fontSizeBase: style.fontSize,
  };
  probe.style.backgroundColor = '';
  return { theme: night ? 'night' : 'stripe', variables };
}
