/** Logs what failed. The logger is loaded only then: a cold start has no time for it. */
export async function logError(message: string, details: { error: unknown } & Record<string, unknown>): Promise<void> {
  const { logger } = await import('../../core/log.ts');
  logger.error(message, details);
}
