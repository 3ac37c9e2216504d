/**
 * Pages as text, every value escaped.
 *
 * Promise: `html` escapes whatever is not itself made by `html`.
 */

import type { MiddlewareHandler } from 'hono';

export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | null | undefined | false | readonly Html[];

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (value: string): string => value.replaceAll(/[&<>"']/gu, (letter) => escapes[letter] ?? letter);

function show(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escaped(String(value));
}

export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Html(strings.map((part, position) => part + show(values[position])).join(''));

/** Own markup, such as a style sheet, that is not escaped. */
export const trusted = (text: string): Html => new Html(text);

export interface Page {
  readonly title: string;
  readonly style: string;
  readonly body: Html;
  readonly script?: string;
}

/** Makes pages refuse to be shown inside a frame, as Stripe's hosted pages do; but for those that were made for one. */
export const unframed =
  (isEmbedded: (id: string) => boolean = () => false): MiddlewareHandler =>
  async (c, next) => {
    await next();
    if (isEmbedded(c.req.param('id') ?? '')) return;
    c.header('x-frame-options', 'DENY');
    c.header('content-security-policy', "frame-ancestors 'none'");
  };

export function page({ title, style, body, script }: Page, status = 200): Response {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        ${body} ${script === undefined ? null : trusted(`<script type="module">${script}</script>`)}
      </body>
    </html>`;
  return new Response(document.text, { status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' } });
}
