/**
 * A letter as HTML that mail programs understand: tables, styles on the elements, nothing fetched from anywhere.
 *
 * Promise: whatever a text contains stays text, and only web addresses become links. Programs that know more than the
 * elements' styles get a dark version.
 */
import type { Letter, Letterhead, LetterRow } from './letter.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replaceAll(/[&<>"]/gu, (letter) => escapes[letter]!);

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const strong = '#16181d';
const soft = '#5a6170';
const table = 'role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%"';

const dark = `
@media (prefers-color-scheme: dark) {
  .page { background: #16181c !important; }
  .card { background: #212429 !important; border-color: #383c44 !important; }
  .strong { color: #f2f3f5 !important; }
  .soft { color: #a9afba !important; }
  .rule { border-color: #383c44 !important; }
  .sum { border-color: #8a919e !important; }
  .button { background: #f2f3f5 !important; }
  .button a { color: #16181d !important; }
}
@media (max-width: 480px) {
  .page-cell { padding: 0 !important; }
  .card { border-radius: 0 !important; border-width: 0 !important; }
  .cell { padding-left: 20px !important; padding-right: 20px !important; }
}`;

export function toHtml(letter: Letter, head: Letterhead): string {
  const side = head.direction === 'rtl' ? 'right' : 'left';
  const cell = (padding: string, style: string, kind: string, inside: string): string =>
    `<tr><td class="cell ${kind}" style="padding:${padding};${font};text-align:${side};${style}">${inside}</td></tr>`;
  const body = letter.paragraphs.map((text) =>
    cell('12px 32px 0', `font-size:16px;line-height:25px;color:${strong}`, 'strong', escape(text)),
  );
  return `<!doctype html>
<html lang="${head.language}" dir="${head.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escape(letter.subject)}</title>
<style>${dark}
</style>
</head>
<body class="page" dir="${head.direction}" style="margin:0;padding:0;background:#f3f4f6">
<table ${table} class="page" style="background:#f3f4f6">
<tr><td align="center" class="page-cell" style="padding:32px 16px">
<table ${table} class="card" dir="${head.direction}" style="max-width:520px;background:#ffffff;border:1px solid #dfe2e7;border-radius:12px">
${[
  cell('28px 32px 0', `font-size:14px;line-height:20px;color:${soft}`, 'soft', `<bdi>${escape(head.shop)}</bdi>`),
  cell('6px 32px 0', `font-size:23px;line-height:31px;font-weight:600;color:${strong}`, 'strong', escape(letter.title)),
  ...body,
  receipt(letter, head),
  button(letter),
  cell('28px 32px 30px', `font-size:13px;line-height:20px;color:${soft}`, 'soft', footer(head)),
]
  .filter(Boolean)
  .join('\n')}
</table>
</td></tr>
</table>
</body>
</html>
`;
}

const under = (detail: string | undefined): string =>
  detail === undefined
    ? ''
    : `<div class="soft" style="font-size:13px;line-height:18px;font-weight:400;color:${soft}">${escape(detail)}</div>`;

/** Labels at the beginning of the line, figures below each other at its end, a rule above the sum. */
function receipt({ rows = [], total }: Letter, { direction }: Letterhead): string {
  if (rows.length === 0 && !total) return '';
  const [begin, end] = direction === 'rtl' ? ['right', 'left'] : ['left', 'right'];
  const line = ({ label, value, detail }: LetterRow, at: number): string => {
    const rule = at === 0 ? '' : 'border-top:1px solid #e6e8ec;';
    return `<tr><td class="rule strong" style="${rule}padding:10px 0;${font};font-size:15px;line-height:21px;color:${strong};text-align:${begin}">${escape(label)}${under(detail)}</td><td class="rule strong" style="${rule}padding:10px 0;padding-inline-start:16px;${font};font-size:15px;line-height:21px;color:${strong};text-align:${end};white-space:nowrap;font-variant-numeric:tabular-nums" valign="top"><bdi>${escape(value)}</bdi></td></tr>`;
  };
  const sum = (row: LetterRow): string =>
    `<tr><td class="sum strong" style="border-top:2px solid ${strong};padding:12px 0 0;${font};font-size:15px;line-height:24px;font-weight:600;color:${strong};text-align:${begin}">${escape(row.label)}${under(row.detail)}</td><td class="sum strong" style="border-top:2px solid ${strong};padding:12px 0 0;padding-inline-start:16px;${font};font-size:20px;line-height:24px;font-weight:600;color:${strong};text-align:${end};white-space:nowrap;font-variant-numeric:tabular-nums" valign="top"><bdi>${escape(row.value)}</bdi></td></tr>`;
  return `<tr><td class="cell" style="padding:20px 32px 0"><table ${table}>${rows.map(line).join('')}${total ? sum(total) : ''}</table></td></tr>`;
}

function button({ action }: Letter): string {
  if (!action) return '';
  return `<tr><td class="cell" style="padding:26px 32px 0"><table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td class="button" align="center" style="background:${strong};border-radius:8px"><a href="${escape(action.url)}" style="display:inline-block;padding:13px 24px;${font};font-size:16px;line-height:22px;font-weight:600;color:#ffffff;text-decoration:none">${escape(action.label)}</a></td></tr></table></td></tr>`;
}

function footer({ why, manage }: Letterhead): string {
  const link =
    manage && `<a class="soft" href="${escape(manage.url)}" style="color:${soft};text-decoration:underline">${escape(manage.label)}</a>`;
  return link ? `${escape(why)}<br>${link}` : escape(why);
}
