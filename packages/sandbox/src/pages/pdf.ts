/**
 * A PDF of one or more pages of plain text (PDF 1.4), made by hand.
 *
 * Promise: any text is taken; letters that the built-in font does not have become question marks.
 */

export interface PdfLine {
  readonly text: string;
  /** Stands at the right margin. */
  readonly right?: string;
  /** In points; default 10. */
  readonly size?: number;
  readonly bold?: boolean;
}

const page = { width: 595, height: 842, margin: 56 } as const;
const bodySize = 10;

/** Helvetica's digits and marks of amounts are about half as wide as high; exact widths are not needed here. */
const widthOf = (text: string, size: number): number => text.length * size * 0.52;

const latin = (text: string): string => text.replaceAll('€', '\u0080').replaceAll(/[^\u0020-\u007e\u0080\u00a0-\u00ff]/gu, '?');
const literal = (text: string): string => `(${latin(text).replaceAll(/[\\()]/gu, String.raw`\$&`)})`;

const show = (text: string, x: number, y: number, font: string, size: number): string =>
  `BT /${font} ${size} Tf ${x.toFixed(2)} ${y.toFixed(2)} Td ${literal(text)} Tj ET`;

/** The lines of each page, from the top down. */
function paginate(lines: readonly PdfLine[]): string[] {
  const pages: string[][] = [[]];
  let y = page.height - page.margin;
  for (const { text, right, size = bodySize, bold = false } of lines) {
    y -= size * 1.6;
    if (y < page.margin) {
      pages.push([]);
      y = page.height - page.margin - size * 1.6;
    }
    const font = bold ? 'B' : 'R';
    const drawn = [show(text, page.margin, y, font, size)];
    if (right !== undefined) drawn.push(show(right, page.width - page.margin - widthOf(right, size), y, font, size));
    pages.at(-1)?.push(...drawn);
  }
  return pages.map((drawn) => drawn.join('\n'));
}

const fontObject = (name: string): string => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;

/** The objects of the file; the first is its catalog. */
function objectsOf(contents: readonly string[]): string[] {
  const first = 5; // after catalog, page tree and two fonts
  const kids = contents.map((_, position) => `${first + position * 2} 0 R`);
  const fonts = '<< /Font << /R 3 0 R /B 4 0 R >> >>';
  const box = `[0 0 ${page.width} ${page.height}]`;
  return [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${contents.length} >>`,
    fontObject('Helvetica'),
    fontObject('Helvetica-Bold'),
    ...contents.flatMap((content, position) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox ${box} /Resources ${fonts} /Contents ${first + position * 2 + 1} 0 R >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ]),
  ];
}

/** The bytes of the file; one byte a letter, so that a text's length is its length in the file. */
export function writePdf(lines: readonly PdfLine[]): Uint8Array<ArrayBuffer> {
  const objects = objectsOf(paginate(lines));
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, position) => {
    const offset = text.length;
    text += `${position + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = text.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Uint8Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
}
