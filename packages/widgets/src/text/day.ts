const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Day, month and year of a moment in Unix seconds, in a BCP 47 language and the catalog's time zone, so that the page names
 * the same day as mails and server.
 */
export function day(language: string, seconds: number, timeZone = 'UTC'): string {
  const key = `${language} ${timeZone}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric', timeZone });
    formats.set(key, format);
  }
  return format.format(seconds * 1000);
}
