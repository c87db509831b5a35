import { widget as en, type WidgetWords } from "../i18n/en.ts";
import { widget as zhCN } from "../i18n/zh-CN.ts";

const LANGUAGES: Record<string, { lang: string; words: WidgetWords }> = {
  en: { lang: "en", words: en },
  zh: { lang: "zh-CN", words: zhCN },
};

/** The words for a locale such as `zh-Hans-CN`; English where there are none. */
export function wordsFor(locale: string): { lang: string; words: WidgetWords } {
  return LANGUAGES[locale.toLowerCase().split("-")[0] ?? ""] ?? { lang: "en", words: en };
}
