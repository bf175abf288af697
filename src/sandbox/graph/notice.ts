/** Word of a change in a mailbox, for subscriptions. A hint: it says what to look at, never what is there. */
export interface Notice {
  readonly kind: 'messages' | 'events';
  readonly mailbox: string;
  /** `calendar` for events. */
  readonly folder: string;
  readonly key: string;
  readonly version: number;
  readonly changeType: 'created' | 'updated' | 'deleted';
}
