import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { fastify } from 'fastify';

/** The script of the API page, plain and compressed. */
export interface Bundle {
  plain: string;
  gzip: Buffer;
}

/**
 * The package offers its browser script only through a plugin that brings routes and headers of its own. So it is asked
 * for on a server that nobody can reach.
 */
async function load(): Promise<Bundle> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const shelf = fastify();
  await shelf.register(scalar, { routePrefix: '/', configuration: { url: '/openapi.json' } });
  const { statusCode, payload } = await shelf.inject('/js/scalar.js');
  await shelf.close();
  if (statusCode !== 200) throw new Error('The script of the API page is not where its package had it');
  return { plain: payload, gzip: await promisify(gzip)(payload) };
}

let bundle: Promise<Bundle> | undefined;

/** Loaded by the first who opens the page: four megabytes that a server without visitors never needs. */
export function scalarBundle(): Promise<Bundle> {
  bundle ??= load().catch((error) => {
    bundle = undefined;
    throw error;
  });
  return bundle;
}
