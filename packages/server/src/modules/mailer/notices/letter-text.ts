import type { Letter, Letterhead, LetterRow } from './letter.ts';

const row = ({ label, value, detail }: LetterRow): string => `${label}: ${value}${detail === undefined ? '' : ` (${detail})`}`;

/** A letter as plain text, with everything that the HTML says. */
export function toText({ title, paragraphs, rows = [], total, action }: Letter, { shop, why, manage }: Letterhead): string {
  const receipt = [...rows, ...(total ? [total] : [])].map(row).join('\n');
  const parts = [
    title,
    ...paragraphs,
    receipt,
    action && `${action.label}:\n${action.url}`,
    `-- \n${shop}\n${why}${manage ? `\n${manage.label}: ${manage.url}` : ''}`,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}
