import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './words-en.ts';
import { ptBr } from './words-pt-br.ts';

export const LANGUAGES = ['pt-BR', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT_AS = 'gondola-language';

/** The words of the screens, in the language that was chosen here last, else in the browser's. */
export function createWords(browserLanguage: string): i18n {
  const instance = i18next.createInstance();
  const language = keptLanguage() ?? (browserLanguage.startsWith('pt') ? 'pt-BR' : 'en');
  void instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, 'pt-BR': { translation: ptBr } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  const follow = (): void => {
    document.documentElement.lang = instance.language;
  };
  instance.on('languageChanged', follow);
  follow();
  return instance;
}

/** Changes the language, and keeps the choice for this device. */
export function chooseLanguage(words: i18n, language: Language): void {
  localStorage.setItem(KEPT_AS, language);
  void words.changeLanguage(language);
}

function keptLanguage(): Language | null {
  const kept = localStorage.getItem(KEPT_AS);
  return LANGUAGES.find((language) => language === kept) ?? null;
}
