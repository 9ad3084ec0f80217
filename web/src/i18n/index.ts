export { defineTexts, fill, labelText, translator, useLabel, useListing, useTexts } from './texts';
export type { Language, Params, TextTable, Translate } from './texts';
export { SettingsContext, rememberLanguage, rememberedLanguage, useSettings } from './settings';
export type { Settings } from './settings';
export { CURRENCY_SIGN, dateFormats, formatter, useDateFormats, useFormat } from './format';
export type { Formatter } from './format';
export { common } from './common';
