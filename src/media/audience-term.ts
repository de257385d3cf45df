import { audienceOf } from '../metrics/audience.ts';
import type { GeoIp } from '../metrics/geoip.ts';
import type { Term } from './gate.ts';

/** Asks for nothing: says what a viewer who is let in is counted under. */
export const audienceTerm =
  (geoip: GeoIp): Term =>
  async (request) => ({ audience: audienceOf(request, geoip) });
