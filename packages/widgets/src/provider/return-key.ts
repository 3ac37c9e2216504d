/** Where a tab keeps which checkout it came back from, until that is settled. */
export const returnKey = (server: string): string => `till:return:${server}`;
