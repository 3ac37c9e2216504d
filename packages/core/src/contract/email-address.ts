/**
 * What an e-mail address is, for whoever reads one: owner tokens, codes, mails and the owner's requests about people.
 *
 * Promise: every address that is taken is plain ASCII (RFC 5321, section 4.1.2; domains as RFC 5890 writes them), so that a
 * header cannot be ended by one and no letter turns into another when its case is changed; and there is one spelling to
 * compare by. An address with other letters before the `@` (RFC 6531) is none, for few servers would take a mail to it.
 */

const local = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/u;
const writtenDomain = /^[\p{L}\p{N}\p{M}.\u3002-]{1,253}$/u;
/** The last part is a name and not a number: a host's numeric address is none. */
const asciiDomain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/u;

/** The address that a mail is sent to: as it is written, other letters of its domain in ASCII; undefined when the text is no address. */
export function toEmailAddress(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const name = text.slice(0, Math.max(at, 0));
  const domain = toAsciiDomain(text.slice(at + 1));
  if (!local.test(name) || domain === undefined) return undefined;
  const address = `${name}@${domain}`;
  return address.length <= 254 ? address : undefined;
}

/** The one spelling by which two addresses are the same person's; undefined when the text is no address. */
export const toComparableAddress = (text: string): string | undefined => toEmailAddress(text)?.toLowerCase();

function toAsciiDomain(written: string): string | undefined {
  if (asciiDomain.test(written.toLowerCase()) && isAscii(written)) return written;
  if (!writtenDomain.test(written)) return undefined;
  const domain = hostOf(written);
  if (domain === undefined || !asciiDomain.test(domain)) return undefined;
  // a letter that only looks like ASCII (the Kelvin sign) must not lead to the domain that it looks like
  const labels = domain.split('.');
  return written.split(/[.\u3002]/u).every((label, at) => isAscii(label) || labels[at]?.startsWith('xn--')) ? domain : undefined;
}

const isAscii = (text: string): boolean => /^[ -~]*$/u.test(text);

/** A host as a browser would ask for it. */
function hostOf(written: string): string | undefined {
  try {
    return new URL(`http://${written}`).hostname;
  } catch {
    return undefined;
  }
}
