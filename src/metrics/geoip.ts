import { readFileSync } from 'node:fs';
import { type CountryResponse, Reader } from 'mmdb-lib';
import { ConfigError } from '../config.ts';

/** Where addresses are, in the words of a file that the operator provides. */
export interface GeoIp {
  /** False without a file: nobody is asked where viewers are. */
  known: boolean;
  /** ISO 3166-1 alpha-2 in capitals; empty for what the file does not know. */
  countryOf(ip: string): string;
}

const COUNTRY = /^[A-Z]{2}$/;

function open(file: string): Reader<CountryResponse> {
  try {
    return new Reader<CountryResponse>(readFileSync(file));
  } catch (error) {
    throw new ConfigError(`LOCKKEEPER_GEOIP names a file that is no MMDB file or cannot be read: ${reason(error)}`);
  }
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Reads the file whole, once. @throws ConfigError when it cannot be read */
export function openGeoIp(file: string | null): GeoIp {
  if (file === null) return { known: false, countryOf: () => '' };
  const reader = open(file);
  return {
    known: true,
    countryOf(ip) {
      try {
        const code = reader.get(ip)?.country?.iso_code ?? '';
        return COUNTRY.test(code) ? code : '';
      } catch {
        // A damaged record must not keep a viewer out.
        return '';
      }
    },
  };
}
