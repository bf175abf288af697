/** Files that somebody drops into the chat: Teams puts them into the person's OneDrive and gives the bot an address to fetch them from. */

/** The largest that Microsoft 365 lets a mail carry. */
export const LARGEST_FILE = 150 * 1024 * 1024;

/** `elsewhere`: the address is none that Teams would give, or leads to another one. */
export type Unfetched = 'elsewhere' | 'gone' | 'too-large' | 'empty' | 'too-slow' | 'refused';

export interface Files {
  /** Never throws for what the other side does. */
  fetch(url: string): Promise<Uint8Array | { readonly unfetched: Unfetched }>;
}
