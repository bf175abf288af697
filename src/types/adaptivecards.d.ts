// `adaptivecards` ships its TypeScript sources as types, and those do not compile under this project's strictness.
// The product only ever hands cards around as JSON, so an opaque shape is all that adaptivecards-templating needs.
export type IAdaptiveCard = Record<string, unknown>;
