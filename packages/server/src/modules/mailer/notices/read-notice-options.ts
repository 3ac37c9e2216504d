import type { Environment } from '../../../config.ts';
import { readOff } from './notice-types.ts';
import type { NoticeOptions } from './notices.ts';

/** `TILL_MAIL_OFF`, `TILL_MANAGE_URL` and `TILL_TIME_ZONE`. */
export function readNoticeOptions(environment: Environment, faults: string[]): NoticeOptions {
  const manageUrl = environment.TILL_MANAGE_URL?.trim();
  const timeZone = environment.TILL_TIME_ZONE?.trim();
  if (manageUrl && !/^https?:$/u.test(URL.parse(manageUrl)?.protocol ?? '')) faults.push('TILL_MANAGE_URL must be a web address.');
  if (timeZone && !isTimeZone(timeZone)) faults.push('TILL_TIME_ZONE must be a zone such as Europe/Berlin.');
  return { off: readOff(environment.TILL_MAIL_OFF, faults), ...(manageUrl && { manageUrl }), ...(timeZone && { timeZone }) };
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
