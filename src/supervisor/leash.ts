import { flushCompileCache } from 'node:module';

/**
 * Loaded before a supervised program (`node --import`). Whatever the program is doing, starting up and draining
 * included, it does not outlive its supervisor by more than this: an orphan would hold the port and the database, and
 * nobody would know of it.
 */
const LEASH_MS = 1_000;
/** By then everything is loaded. Written early, because a process that is killed writes nothing at its end. */
const CACHE_MS = 3_000;

const end = () => setTimeout(() => process.exit(1), LEASH_MS).unref();

process.on('disconnect', end);
// The supervisor may have died before this line: then the event has passed unseen.
if (!process.connected) end();

setTimeout(flushCompileCache, CACHE_MS).unref();
