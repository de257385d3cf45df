export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

// biome-ignore lint/suspicious/noExplicitAny: what a message is told is its own business
type Text = string | ((...told: any[]) => string);
/** A sentence in every language; one that is missing does not compile. */
export type Message<T extends Text = Text> = Readonly<Record<Language, T>>;
export type Catalogue = Readonly<Record<string, Message>>;
