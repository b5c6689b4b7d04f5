/** The logger, loaded when it is first needed: a cold start has no time for it. */
export async function loadLogger() {
  const { logger } = await import('../../core/log.ts');
  return logger;
}
