import type { Environment } from '../../../config.ts';
import { readOff } from './notice-types.ts';
import type { NoticeOptions } from './notices.ts';

/** `TILL_MAIL_OFF` and `TILL_MANAGE_URL`. */
export function readNoticeOptions(environment: Environment, faults: string[]): NoticeOptions {
  const manageUrl = environment.TILL_MANAGE_URL?.trim();
  if (manageUrl && !/^https?:$/u.test(URL.parse(manageUrl)?.protocol ?? '')) faults.push('TILL_MANAGE_URL must be a web address.');
  return { off: readOff(environment.TILL_MAIL_OFF, faults), ...(manageUrl && { manageUrl }) };
}
