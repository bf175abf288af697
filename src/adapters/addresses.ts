/**
 * Addresses to which nothing may go: those of secure networks that were switched off, and misprints that the councils' own documents
 * carry (ledger 7.4). A referral sent there would be nowhere, and nobody would know.
 */
import { PlatformFault } from '../application/ports.ts';

/** Government's secure mail networks: retired in 2019, and with them every address in them. */
const RETIRED = /(^|\.)(gcsx|gsi|gse|gsx)\.gov\.uk$/;

export interface AddressFault {
  /** Goes on from the address: "is in gcsx.gov.uk, a secure network that …". */
  readonly fault: string;
  readonly remedy: string;
}

/** What is after the last @, in lower case, without the dot that may end it. */
export function domainOf(address: string): string {
  return address
    .slice(address.lastIndexOf('@') + 1)
    .trim()
    .toLowerCase()
    .replace(/\.$/, '');
}

/** @param domains those that the council says are its own; absent: it has not said */
export function addressFault(address: string, domains?: readonly string[]): AddressFault | undefined {
  const domain = domainOf(address);
  const wrong = domainFault(domain);
  if (wrong) return wrong;
  if (domains === undefined || domains.includes(domain)) return undefined;
  return {
    fault: `is in ${domain}, which is none of the council's own domains: ${domains.join(', ')}`,
    remedy: 'Correct the address, or add the domain to domains if it is right',
  };
}

/** What is wrong with a domain whoever owns it. */
export function domainFault(domain: string): AddressFault | undefined {
  const retired = RETIRED.exec(domain)?.[2];
  if (retired !== undefined)
    return {
      fault: `is in ${retired}.gov.uk, a secure network that has been switched off: mail to it goes nowhere`,
      remedy: 'Put the address that the council uses now',
    };
  const meant = misprint(domain);
  if (meant === undefined) return undefined;
  return { fault: `is in "${domain}", which is a misprint: mail to it goes nowhere`, remedy: meant };
}

/** @returns the remedy */
function misprint(domain: string): string | undefined {
  if (!domain.includes('.')) return 'Put the whole address, with a domain like council.gov.uk';
  if (domain.endsWith('.go.uk')) return `Perhaps ${domain.replace(/\.go\.uk$/, '.gov.uk')} is meant`;
  // No council is in the United States.
  if (domain.endsWith('.gov')) return `Perhaps ${domain}.uk is meant`;
  return undefined;
}

/**
 * Before a mail goes anywhere.
 * @throws PlatformFault, not to be tried again, which names the domain; never the address, which may be a family's
 */
export function refuseAddresses(addresses: readonly string[]): void {
  for (const address of addresses) {
    const wrong = addressFault(address);
    if (!wrong) continue;
    throw new PlatformFault(
      `Not sent: an address ${wrong.fault}. ${wrong.remedy}: in the directory file if it is a mailbox of the protocol.`,
      400,
      false,
    );
  }
}
