/** Where a link out of the widget opens: in a frame it is a tab, as the pages it leads to refuse to be framed. */
export const linkTarget = globalThis.window !== undefined && window.top !== window ? '_blank' : '_self';
