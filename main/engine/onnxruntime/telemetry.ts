/**
 * Left alone, the library names this machine by a random id, kept in the folder of the user's caches, and sends what it
 * is used for to its makers. It looks for this word when it is loaded; processes started from here inherit it.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
