/**
 * Step checkout: Stripe's Appearance as a style sheet of the frame.
 *
 * Promise: rules reach only the classes that Stripe names, and no value can load anything.
 */
import type { Appearance, FontSource } from '../frame-channel.ts';

const shared = {
  fontFamily: '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontSizeBase: '16px',
  fontLineHeight: '1.4',
  fontWeightNormal: '400',
  fontWeightMedium: '500',
  fontWeightBold: '600',
  fontSizeSm: '0.875rem',
  fontSizeXs: '0.8125rem',
  spacingUnit: '4px',
  gridRowSpacing: 'calc(var(--spacingUnit) * 3)',
  gridColumnSpacing: 'calc(var(--spacingUnit) * 3)',
  tabSpacing: 'calc(var(--spacingUnit) * 2)',
  accordionItemSpacing: 'calc(var(--spacingUnit) * 2)',
  labelSpacing: 'var(--spacingUnit)',
  labelFontSize: 'var(--fontSizeSm)',
  labelFontWeight: 'var(--fontWeightNormal)',
  labelColorText: 'var(--colorText)',
  focusOutline: '2px solid var(--colorPrimary)',
};

/** Colors of the three themes; `variables` win. */
const themes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  stripe: {
    ...shared,
    colorPrimary: '#0a5fc4',
    colorBackground: '#ffffff',
    colorText: '#30313d',
    colorTextSecondary: '#5f6573',
    colorTextPlaceholder: '#6d7280',
    colorDanger: '#c01537',
    colorSuccess: '#1f7a44',
    inputColorBorder: '#8a8f9c',
    inputBoxShadow: '0 1px 2px rgb(0 0 0 / 6%)',
    borderRadius: '6px',
  },
  night: {
    ...shared,
    colorPrimary: '#8ab8ff',
    colorBackground: '#22252d',
    colorText: '#f2f3f7',
    colorTextSecondary: '#b6bac6',
    colorTextPlaceholder: '#a2a7b5',
    colorDanger: '#ff8a9a',
    colorSuccess: '#6fd69a',
    inputColorBorder: '#787e8e',
    inputBoxShadow: 'none',
    borderRadius: '6px',
  },
  flat: {
    ...shared,
    colorPrimary: '#14504a',
    colorBackground: '#ffffff',
    colorText: '#1a1f1e',
    colorTextSecondary: '#56605e',
    colorTextPlaceholder: '#65706e',
    colorDanger: '#b3261e',
    colorSuccess: '#1f7a44',
    inputColorBorder: 'transparent',
    inputColorBackground: '#eef1f1',
    inputBoxShadow: 'none',
    borderRadius: '4px',
  },
};

/** How everything is laid out; colors and sizes come as custom properties. */
const layout = `
* { box-sizing: border-box }
html { font-size: var(--fontSizeBase); background: transparent; color-scheme: light }
body { margin: 0; padding: 4px; font: var(--fontWeightNormal) 1rem/var(--fontLineHeight) var(--fontFamily); color: var(--colorText) }
.Root, .Panel, .Section { display: grid; gap: var(--gridRowSpacing) } [hidden] { display: none !important }
.Grid { display: grid; grid-template-columns: repeat(6, 1fr); gap: var(--gridRowSpacing) var(--gridColumnSpacing) }
.Field { position: relative; grid-column: span 6; display: grid; align-content: start; gap: var(--labelSpacing); min-inline-size: 0 } .Field--half { grid-column: span 3 }
.Label { font-size: var(--labelFontSize); font-weight: var(--labelFontWeight); color: var(--labelColorText) }
.Input { inline-size: 100%; min-inline-size: 0; min-block-size: 44px; padding: calc(var(--spacingUnit) * 2.5) calc(var(--spacingUnit) * 3); font: inherit; color: inherit; background: var(--inputColorBackground, var(--colorBackground)); border: 1px solid var(--inputColorBorder); border-radius: var(--borderRadius); box-shadow: var(--inputBoxShadow) }
.Input::placeholder { color: var(--colorTextPlaceholder); opacity: 1 } .Input:focus-visible { outline: var(--focusOutline); outline-offset: 0; border-color: var(--colorPrimary) }
.Input--invalid { border-color: var(--colorDanger); color: var(--colorDanger) } .Input:disabled { opacity: .7 }
select.Input { appearance: none; padding-inline-end: 2.25rem; background-image: linear-gradient(45deg, transparent 50%, currentColor 50%), linear-gradient(-45deg, transparent 50%, currentColor 50%); background-size: 6px 6px; background-repeat: no-repeat; background-position: right 18px center, right 12px center }
[dir=rtl] select.Input { background-position: left 12px center, left 18px center } select.Input option { color: var(--colorText); background: var(--colorBackground) }
[dir=rtl] .Input[inputmode=numeric], [dir=rtl] .Input[type=email], [dir=rtl] .Input[type=tel] { direction: ltr; text-align: right }
.Error { margin: 0; font-size: var(--fontSizeSm); color: var(--colorDanger) } .Error:empty { display: none }
.Control { position: relative; display: grid } .Brand { position: absolute; inset-inline-end: 12px; inset-block-start: calc(50% - 10px); padding: 1px 5px; border: 1px solid currentColor; border-radius: 3px; font-size: 11px; font-weight: 700; line-height: 16px; color: var(--colorTextSecondary); text-transform: uppercase; pointer-events: none } .Brand:empty { display: none }
.TabList { display: flex; gap: var(--tabSpacing); overflow-x: auto; padding: 3px; margin: -3px; scrollbar-width: none }
.Tab { flex: 1 0 auto; min-inline-size: 5.5rem; min-block-size: 44px; padding: calc(var(--spacingUnit) * 2.5) calc(var(--spacingUnit) * 3); font: inherit; font-size: var(--fontSizeSm); font-weight: var(--fontWeightMedium); text-align: start; color: var(--colorTextSecondary); background: var(--inputColorBackground, var(--colorBackground)); border: 1px solid var(--inputColorBorder); border-radius: var(--borderRadius); cursor: pointer }
.Tab:focus-visible, .Button:focus-visible, .RadioLabel:has(:focus-visible) { outline: var(--focusOutline); outline-offset: 1px } .Tab--selected { color: var(--colorPrimary); border-color: var(--colorPrimary); box-shadow: inset 0 0 0 1px var(--colorPrimary) }
.Accordion { display: grid; gap: 0; border: 1px solid var(--inputColorBorder); border-radius: var(--borderRadius); background: var(--colorBackground) } .Accordion--spaced { gap: var(--accordionItemSpacing); border: 0; background: none }
.AccordionItem { padding-inline: calc(var(--spacingUnit) * 4) } .AccordionItem + .AccordionItem { border-block-start: 1px solid var(--inputColorBorder) }
.Accordion--spaced .AccordionItem { border: 1px solid var(--inputColorBorder); border-radius: var(--borderRadius); background: var(--colorBackground) } .AccordionItem > .Panel { padding-block-end: calc(var(--spacingUnit) * 4) }
.RadioLabel, .CheckboxLabel { display: flex; align-items: center; gap: calc(var(--spacingUnit) * 2.5); min-block-size: 44px; cursor: pointer } .RadioLabel { font-weight: var(--fontWeightMedium) } .AccordionItem--selected .RadioLabel { color: var(--colorPrimary) }
.CheckboxLabel { font-size: var(--fontSizeSm) } input[type=radio], input[type=checkbox] { inline-size: 1.15rem; block-size: 1.15rem; margin: 0; flex: none; accent-color: var(--colorPrimary) }
.Saved { display: flex; align-items: center; justify-content: space-between; gap: 8px } .Secondary, .TermsText, .RedirectText { color: var(--colorTextSecondary); font-size: var(--fontSizeSm); margin: 0 }
.Link { min-block-size: 44px; padding: 0 8px; font: inherit; font-size: var(--fontSizeSm); color: var(--colorPrimary); background: none; border: 0; text-decoration: underline; cursor: pointer }
.Buttons { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 8px } .Button--pay { background: var(--buttonColorBackground, var(--colorPrimary)); color: var(--buttonColorText, var(--colorBackground)) } .Button { min-block-size: var(--buttonHeight, 44px); font: inherit; font-weight: 600; border: 1px solid transparent; border-radius: var(--buttonBorderRadius, var(--borderRadius)); cursor: pointer }
.Fade { animation: fade .15s } @keyframes fade { from { opacity: 0 } } @media (prefers-reduced-motion: reduce) { .Fade { animation: none } }
.still .Fade { animation: none }
.floating .Field { gap: 0 } .floating .Label { position: absolute; z-index: 2; inset-block-start: 5px; inset-inline-start: calc(var(--spacingUnit) * 3 + 1px); font-size: .72rem; color: var(--colorTextSecondary); pointer-events: none } .floating .Field .Input { min-block-size: 52px; padding-block: 20px 6px } .floating .Error { margin-block-start: var(--labelSpacing) }
.condensed .Grid { gap: 0 } .condensed .Field:not(:first-child) .Input { margin-block-start: -1px } .condensed .Field .Input { border-radius: 0; position: relative } .condensed .Field--half + .Field--half .Input { margin-inline-start: -1px; inline-size: calc(100% + 1px) } .condensed .Field--half + .Field--half + .Field--half .Input { margin-inline-start: 0; inline-size: 100% } .condensed .Field--half + .Field--half + .Field--half + .Field--half .Input { margin-inline-start: -1px; inline-size: calc(100% + 1px) } .condensed .Input:focus-visible { z-index: 1 }
.condensed .Field:first-child .Input { border-start-start-radius: var(--borderRadius); border-start-end-radius: var(--borderRadius) } .condensed .Field:last-child .Input { border-end-start-radius: var(--borderRadius); border-end-end-radius: var(--borderRadius) } .condensed .Field--half:last-child .Input { border-end-start-radius: 0 } .condensed .Field--half:nth-last-child(2) .Input { border-end-start-radius: var(--borderRadius) }
`;

const selectorForm = /^\.[A-Z][A-Za-z]*(?:--[a-z][A-Za-z]*)?(?:::?[a-z-]+(?:\([\w-]+\))?)*$/u;
const isSafeValue = (value: string): boolean => !/url\(|image-set\(|@import|expression\(/iu.test(value);
const toKebab = (name: string): string => name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);

/** The sheet for one rule; a selector that Stripe would not take is told on the console and left out. */
function addRule(sheet: CSSStyleSheet, selector: string, declarations: Readonly<Record<string, string>>): void {
  const parts = selector.split(',').map((part) => part.trim());
  if (!parts.every((part) => selectorForm.test(part))) {
    console.warn(`Elements Appearance: "${selector}" is not a supported selector.`);
    return;
  }
  const rule = sheet.cssRules[sheet.insertRule(`${parts.map((part) => `html ${part}`).join(', ')} {}`, sheet.cssRules.length)];
  if (!(rule instanceof CSSStyleRule)) return;
  for (const [name, value] of Object.entries(declarations)) {
    if (isSafeValue(value)) rule.style.setProperty(toKebab(name), value);
  }
}

/** Dresses the document of a frame; calling it again changes what is shown at once. */
export function applyAppearance({ theme = 'stripe', variables = {}, rules = {}, labels, inputs, disableAnimations }: Appearance): void {
  const root = document.documentElement;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(layout);
  const values = { ...(themes[theme] ?? themes.stripe), ...variables };
  root.removeAttribute('style');
  for (const [name, value] of Object.entries(values)) if (isSafeValue(value)) root.style.setProperty(`--${name}`, value);
  for (const [selector, declarations] of Object.entries(rules)) addRule(sheet, selector, declarations);
  // On the root it would have to equal the page's own, or the frame would no longer be transparent.
  document.body.style.colorScheme = theme === 'night' ? 'dark' : 'light';
  const isFloating = labels === 'floating' || (labels !== 'above' && inputs === 'condensed');
  root.classList.toggle('floating', isFloating);
  root.classList.toggle('condensed', inputs === 'condensed' && isFloating); // a label above leaves no edge to share
  root.classList.toggle('still', disableAnimations === true);
  document.adoptedStyleSheets = [sheet];
}

/** Loads the page's fonts into the frame. */
export function loadFontSources(fonts: readonly FontSource[]): void {
  for (const { cssSrc, family, src, weight, style } of fonts) {
    if (cssSrc !== undefined && !document.querySelector(`link[href="${CSS.escape(cssSrc)}"]`)) {
      document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: cssSrc }));
    }
    if (family !== undefined && src !== undefined) {
      const face = new FontFace(family, src, { ...(weight && { weight }), ...(style && { style }) });
      document.fonts.add(face);
      face.load().catch(() => console.warn(`The font "${family}" could not be loaded.`));
    }
  }
}
