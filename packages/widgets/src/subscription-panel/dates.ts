const formats = new Map<string, Intl.DateTimeFormat>();

/** Day, month and year of a moment in Unix seconds, in a BCP 47 language and the visitor's time zone. */
export function day(language: string, seconds: number): string {
  let format = formats.get(language);
  if (!format) formats.set(language, (format = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' })));
  return format.format(seconds * 1000);
}
