/**
 * Why something failed, for the log and the outbox. Our own words and Microsoft's codes name no person of a family. What the language
 * itself complains of may quote what it stumbled over, so of that only the name is kept.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const quotesItsInput = error instanceof SyntaxError || error instanceof TypeError || error instanceof ReferenceError;
  return quotesItsInput ? error.name : `${error.name}: ${error.message}`;
}
