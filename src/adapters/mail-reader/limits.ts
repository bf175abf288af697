/**
 * What a mail may be, before anything is taken out of it. Each bound is far above what a council's mail has (Exchange's own: 25 MB as
 * set by most, headers of 30 to 60 kB) and far below what takes a second to walk through.
 */
export const LIMITS = {
  /** Bytes of the whole mail. */
  mail: 25 * 1024 * 1024,
  /** Bytes of one header block. */
  header: 256 * 1024,
  /** Lines of one header block: a thousand recipients, one on each line, are fine. */
  headerLines: 5_000,
  /** Bytes of the header blocks of all parts together. */
  headers: 2 * 1024 * 1024,
  parts: 500,
  depth: 30,
  /** Lines that begin with two hyphens, as each line between parts does: looked up one by one, hence counted. */
  dashedLines: 200_000,
  /** Bytes of one text part that are decoded: 100,000 characters of 4 bytes, quoted-printable, are 1.2 million. */
  text: 1_500_000,
  /** Bytes of one HTML part that are decoded: some systems write pictures into it. */
  htmlBytes: 8_000_000,
  /** Characters of HTML, of all parts together. */
  html: 2_000_000,
  /** Tags of HTML, of all parts together: the HTML parser looks through its open tags for each one that closes. */
  tags: 30_000,
  /** Levels of HTML: what is deeper is left out. */
  htmlDepth: 150,
  attachments: 200,
  /** Forwarded messages that are read, not only named. */
  forwarded: 10,
  /** Message-IDs of one header, and addresses of one. */
  ids: 200,
  addresses: 500,
} as const;

/** A mail is answered within two seconds, come what may: what is left is for ending the worker. */
export const READING_TIME_MS = 1_500;
