/** Whether PostgreSQL can keep a text, and every database keeps it apart from others: no NUL, no half of a character. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
