/** Where a code by e-mail is asked for; apart, so that the script's first request does not carry it. */
export const emailCodePath = '/v1/email-codes';
