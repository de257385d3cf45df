import { fastify } from 'fastify';

/** A Fastify route that does nothing but answer these bytes: what our own is measured against. */
process.once('message', async (body: string) => {
  const app = fastify();
  app.get('/stream/:id', (_request, reply) => {
    reply.type('application/json; charset=utf-8').send(body);
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  process.send?.(address);
});
process.on('disconnect', () => process.exit());
