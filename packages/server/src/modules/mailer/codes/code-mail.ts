/**
 * The mail with the code, as text and as HTML.
 *
 * Promise: a code and no link, nothing fetched from anywhere, and no code in the subject. The HTML is a table with its
 * styles on the elements, which is what mail programs understand; those that know more get a dark version.
 */
import type { Mail } from '../transport.ts';
import { codeSeconds } from './challenges.ts';
import { codeWords, type CodeWords } from './words/code-words.ts';

export interface CodeMail {
  readonly email: string;
  /** Eight digits. */
  readonly code: string;
  readonly locale: string | null;
  /** Origin of the page where it was asked for. */
  readonly origin: string;
  readonly shopName: string;
  readonly challengeHash: string;
  readonly attempts: number;
}

/** What is said, before it becomes text or HTML. */
interface Said {
  readonly words: CodeWords;
  readonly shop: string;
  readonly code: string;
  readonly paragraphs: Readonly<Record<'enter' | 'holds' | 'notYou', string>>;
}

export function toCodeMail({ email, code, locale, origin, shopName: shop, challengeHash, attempts }: CodeMail): Mail {
  const words = codeWords(locale);
  const paragraphs = {
    enter: words.enter(new URL(origin).host),
    holds: words.holds(codeSeconds / 60),
    notYou: words.notYou(shop),
  };
  const said: Said = { words, shop, code: `${code.slice(0, 4)} ${code.slice(4)}`, paragraphs };
  return {
    to: email,
    subject: words.subject(shop),
    text: toText(said),
    html: toHtml(said),
    language: words.language,
    id: `code.${challengeHash}.${attempts}`,
  };
}

function toText({ words, code, shop, paragraphs: { enter, holds, notYou } }: Said): string {
  return [words.title, enter, `    ${code}`, holds, notYou, shop].join('\n\n') + '\n';
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replaceAll(/[&<>"]/gu, (letter) => escapes[letter]!);

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const digits = "font-family:ui-monospace,'SF Mono',Menlo,Consolas,'Courier New',monospace";

function toHtml({ words, code, shop, paragraphs: { enter, holds, notYou } }: Said): string {
  const { language, direction, title } = words;
  const align = `text-align:${direction === 'rtl' ? 'right' : 'left'}`;
  return `<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escape(words.subject(shop))}</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #16181c !important; }
  .card { background: #212429 !important; border-color: #383c44 !important; }
  .strong { color: #f2f3f5 !important; }
  .soft { color: #a9afba !important; }
  .code { background: #2c3038 !important; color: #ffffff !important; }
}
</style>
</head>
<body class="page" dir="${direction}" style="margin:0;padding:0;background:#f3f4f6">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f3f4f6">
<tr><td align="center" style="padding:32px 16px">
<table role="presentation" class="card" dir="${direction}" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:480px;background:#ffffff;border:1px solid #dfe2e7;border-radius:12px">
<tr><td class="soft" style="padding:24px 28px 0;${font};font-size:14px;line-height:20px;color:#5a6170;${align}"><bdi>${escape(shop)}</bdi></td></tr>
<tr><td class="strong" style="padding:4px 28px 0;${font};font-size:22px;line-height:30px;font-weight:600;color:#16181d;${align}">${title}</td></tr>
<tr><td class="strong" style="padding:12px 28px 0;${font};font-size:16px;line-height:24px;color:#16181d;${align}">${escape(enter)}</td></tr>
<tr><td style="padding:20px 28px 0">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="code" dir="ltr" align="center" style="padding:18px 8px;background:#eef0f4;border-radius:8px;${digits};font-size:34px;line-height:42px;font-weight:700;letter-spacing:3px;color:#16181d;white-space:nowrap">${code.replace(' ', '&nbsp;')}</td>
</tr></table>
</td></tr>
<tr><td class="strong" style="padding:20px 28px 0;${font};font-size:16px;line-height:24px;color:#16181d;${align}">${escape(holds)}</td></tr>
<tr><td class="soft" style="padding:16px 28px 28px;${font};font-size:14px;line-height:21px;color:#5a6170;${align}">${escape(notYou)}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}
